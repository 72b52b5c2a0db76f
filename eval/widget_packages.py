"""Fetches published packages with npm, into a folder that is thrown away."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from pathlib import Path

from index.errors import InvalidRequest

_SECONDS = 300


def fetch_package(package: str, folder: Path) -> Path:
    """Unpack `name@version` of the npm registry below `folder`; nothing of it is run. Raises `InvalidRequest`."""
    npm = shutil.which("npm")
    if npm is None:
        raise InvalidRequest("There is no npm on this machine: the other widgets come from its registry.")
    folder.mkdir(parents=True, exist_ok=True)
    try:
        done = subprocess.run(
            [npm, "pack", "--silent", package], cwd=folder, capture_output=True, text=True, timeout=_SECONDS, check=True
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise InvalidRequest(f"npm could not fetch {package}.") from error
    with tarfile.open(folder / done.stdout.split()[-1]) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package"
