#!/usr/bin/env python3
"""Runs a command as the image would, without a container engine, with what the Dockerfile and compose.yaml say:

the environment, an account without a name, no capabilities, and a file system where only /tmp and the volumes may be
written. The command and the program are this machine's own.

    scripts/as_in_container.py DATA_FOLDER missiondesk serve

Needs bubblewrap (`apt install bubblewrap`), PyYAML, and the models unpacked (`missiondesk unpack`). With --offline in
front of the folder there is no network but loopback.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
CACHE = "MISSIONDESK_CACHE_DIR"
PREFIX = Path(sys.prefix).resolve()
"""A checkout's `.venv` may be a link."""


def instructions() -> list[tuple[str, str]]:
    """The instructions of the Dockerfile's last stage, each with its words."""
    text = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text("utf-8"))
    found: list[tuple[str, str]] = []
    for line in text.splitlines():
        name, _, words = line.strip().partition(" ")
        if name == "FROM":
            found = []
        elif name and not name.startswith("#"):
            found.append((name, words.strip()))
    return found


def environment() -> dict[str, str]:
    """What the image sets, and compose.yaml above it, with its own defaults."""
    image = {
        name: value
        for instruction, words in instructions()
        if instruction == "ENV"
        for name, _, value in (pair.partition("=") for pair in shlex.split(words))
    }
    stated: dict[str, str] = service()["environment"]
    return image | {name: re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value) for name, value in stated.items()}


def service() -> dict[str, object]:
    """The one service of compose.yaml."""
    return yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]["missiondesk"]


def volumes() -> list[str]:
    """Folders that outlive the container."""
    return [words for name, line in instructions() if name == "VOLUME" for words in json.loads(line)]


def sandbox(data: Path, models: Path, *, offline: bool) -> list[str]:
    """The start of a command line for bubblewrap."""
    user, _, group = dict(instructions())["USER"].partition(":")
    isolation = ["--unshare-all", *([] if offline else ["--share-net"])]
    words = ["bwrap", "--die-with-parent", *isolation, "--uid", user, "--gid", group, "--cap-drop", "ALL", "--clearenv"]
    words += ["--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev"]
    for mount in service()["tmpfs"]:
        words += ["--tmpfs", mount.partition(":")[0]]
    # The program's own folders, wherever this machine has them.
    for folder in {str(ROOT), str(PREFIX), sys.base_prefix, str(models)}:
        words += ["--ro-bind", folder, folder]
    for volume in volumes():
        (data / Path(volume).parts[2]).mkdir(parents=True, exist_ok=True)
    # A folder that this machine may not have can be put nowhere but into one that holds nothing else.
    for parent in sorted({str(Path(volume).parent) for volume in volumes()}):
        words += ["--tmpfs", parent]
    for volume in volumes():
        words += ["--bind", str(data / Path(volume).parts[2]), volume]
    for parent in sorted({str(Path(volume).parent) for volume in volumes()}):
        words += ["--remount-ro", parent]
    path = os.pathsep.join((f"{PREFIX}/bin", str(ROOT / "deploy"), "/usr/bin", "/bin"))
    given = environment() | {"PATH": path, CACHE: str(models), "PYTHONPATH": str(ROOT)}
    for name, value in given.items():
        words += ["--setenv", name, value]
    return [*words, "--chdir", "/"]


def main() -> None:
    arguments = sys.argv[1:]
    offline = "--offline" in arguments[:1]
    data, *command = arguments[offline:]
    if not command:
        sys.exit(__doc__)
    models = Path(os.environ.get(CACHE) or Path.home() / ".cache" / "missiondesk")
    words = [*sandbox(Path(data).resolve(), models, offline=offline), *command]
    os.execvp(words[0], words)


if __name__ == "__main__":
    main()
