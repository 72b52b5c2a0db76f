"""The data folder: who may read it, how much room it has, and on what kind of file system it lies."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

from assistant.settings import Settings
from ui.doctor.finding import Finding, failed, ok, warning

_MOUNTS = Path("/proc/self/mountinfo")
_NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "fuse.sshfs", "fuse.s3fs"}
)


def check_permissions(settings: Settings) -> Finding:
    folder = settings.data_dir
    if not folder.is_dir():
        if folder.exists():
            return failed("data folder", f"{folder} is no folder.", "Name another one with --data-dir.")
        return warning("data folder", f"{folder} does not exist yet.", "The first `missiondesk ingest` makes it.")
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return failed("data folder", f"{folder} cannot be written by this account.", "Change its owner or its mode.")
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & 0o007:
        sentence = f"{folder} can be entered by every account of this machine (mode {mode:03o})."
        return warning("data folder", sentence, f"chmod o-rwx {folder}, if others have accounts here.")
    return ok("data folder", f"{folder.resolve()}, for its owner and group only (mode {mode:03o}).")


def check_space(settings: Settings) -> Finding:
    free = shutil.disk_usage(_nearest(settings.data_dir)).free >> 20
    needed = settings.min_free_megabytes
    if free < needed:
        sentence = f"{free:,} MB are free, less than the {needed:,} MB from which on documents are taken in."
        return failed("space", sentence, "Make room, or lower the setting min_free_megabytes.")
    if free < 2 * needed:
        return warning("space", f"{free:,} MB are free.", f"Below {needed:,} MB no documents are taken in: make room.")
    return ok("space", f"{free:,} MB are free.")


def check_file_system(settings: Settings) -> Finding:
    """SQLite's journal is memory shared by processes, which no network file system has for two machines."""
    kind = _kind(_nearest(settings.data_dir).resolve())
    if kind in _NETWORK:
        remedy = "Keep the data folder on a disk of this machine; put backups on the network."
        return warning("file system", f"The data folder is on a network file system ({kind}).", remedy)
    return ok("file system", f"The data folder is on {kind}.")


def _nearest(path: Path) -> Path:
    """The path itself, or the folder in which it would be made."""
    return next(place for place in (path.absolute(), *path.absolute().parents) if place.exists())


def _kind(path: Path) -> str:
    try:
        lines = _MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return "an unknown file system"
    # Fields: … mount point (fifth) … " - " then the type.
    mounts = [(line.split(" ")[4], line.partition(" - ")[2].partition(" ")[0]) for line in lines]
    holding = [mount for mount in mounts if path.is_relative_to(mount[0].replace(r"\040", " "))]
    # Of two at one place the later one hides the other.
    return (
        max(enumerate(holding), key=lambda each: (len(each[1][0]), each[0]))[1][1]
        if holding
        else "an unknown file system"
    )
