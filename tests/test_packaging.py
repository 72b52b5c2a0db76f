"""What is released: a wheel, built from the source distribution, with everything in it that the packages need."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tarfile
from email.parser import Parser
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.test_project import NOT_SHIPPED, OURS, ROOT, shipped_files

BESIDE = ("pyproject.toml", "MANIFEST.in", "README.md", "CHANGELOG.md", "LICENSE", "samples")
SAMPLES = ("documents", "internal")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both distributions, built from a copy without what tools leave behind."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("dist")
    for name in (*OURS, *BESIDE):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, source)
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return out


@pytest.fixture(scope="module")
def wheel(built: Path) -> ZipFile:
    [path] = built.glob("*.whl")
    return ZipFile(path)


def test_the_wheel_holds_what_is_shipped_and_nothing_else(wheel: ZipFile) -> None:
    ours = {str(path) for path in shipped_files() if path.suffix not in NOT_SHIPPED and path.parts[1] != "samples"}
    samples = {f"ui/samples/{path.relative_to(ROOT / 'samples')}" for path in sample_files()}
    inside = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert inside == ours | samples


def test_the_samples_in_it_are_the_documents_themselves(wheel: ZipFile) -> None:
    for path in sample_files():
        assert wheel.read(f"ui/samples/{path.relative_to(ROOT / 'samples')}") == path.read_bytes()


def test_it_says_its_version_licence_and_command(wheel: ZipFile) -> None:
    [metadata] = [name for name in wheel.namelist() if name.endswith("dist-info/METADATA")]
    told = Parser().parsestr(wheel.read(metadata).decode("utf-8"))
    released = re.findall(r"^## \[(\d[^\]]*)\] - (\S+)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert told["Version"] == released[0][0]
    assert told["License-Expression"] == "Apache-2.0"
    folder = metadata.partition("/")[0]
    assert wheel.read(f"{folder}/licenses/LICENSE") == (ROOT / "LICENSE").read_bytes()
    assert b"missiondesk = ui.cli:main" in wheel.read(f"{folder}/entry_points.txt")


def test_the_source_has_the_changelog_and_the_samples(built: Path) -> None:
    [path] = built.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"CHANGELOG.md", "LICENSE", "samples/README.md", "samples/questions.jsonl"} <= names
    assert not any(name.startswith("tests/") for name in names)


def sample_files() -> list[Path]:
    return [path for name in SAMPLES for path in sorted((ROOT / "samples" / name).iterdir())]
