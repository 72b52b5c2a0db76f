"""Python, the packages, torch, the clock, and text recognition."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import torch
from packaging.requirements import Requirement

from index.errors import ItemRejected
from index.program import program_version
from ingest.pdf.recognition import check_recognition
from ui.doctor.finding import Finding, failed, ok, warning

OLDEST_PYTHON = (3, 11)
_INSTALL = "Install missiondesk again: pip install ."


def check_python() -> Finding:
    told = f"missiondesk {program_version()} on Python {platform.python_version()}, {platform.machine()}."
    if sys.version_info < OLDEST_PYTHON:
        return failed("python", told, "Use Python 3.11 or newer.")
    return ok("python", told)


def check_packages() -> Finding:
    """Every dependency in the range that this release was made for."""
    try:
        stated = requires("missiondesk") or []
    except PackageNotFoundError:
        return warning("packages", "missiondesk runs from its source, so nobody knows what it was made for.", _INSTALL)
    needed = [requirement for text in stated if _is_needed(requirement := Requirement(text))]
    faults = list(_faults(needed))
    if faults:
        return failed("packages", f"Packages are not as they should be: {', '.join(faults)}.", _INSTALL)
    return ok("packages", f"All {len(needed)} packages are in their ranges.")


def _is_needed(requirement: Requirement) -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": ""})


def _faults(needed: list[Requirement]) -> Iterator[str]:
    for requirement in needed:
        try:
            installed = version(requirement.name)
        except PackageNotFoundError:
            yield f"{requirement.name} is missing"
            continue
        if not requirement.specifier.contains(installed, prereleases=True):
            yield f"{requirement.name} {installed} is not {requirement.specifier}"


def check_torch() -> Finding:
    capabilities = torch.cpu.get_capabilities()
    native = bool(capabilities.get("avx512_bf16") or capabilities.get("amx_bf16"))
    told = f"torch {torch.__version__} with {torch.get_num_threads()} threads, bfloat16 "
    return ok("torch", told + ("in the processor." if native else "not in the processor: reading takes twice as long."))


def check_ocr() -> Finding:
    try:
        check_recognition(())
    except ItemRejected as error:
        return warning("ocr", error.message, "For scanned PDFs install tesseract-ocr with its languages.")
    return ok("ocr", "Tesseract is installed: `ingest --ocr` can read scanned pages.")


def check_clock(data_dir: Path) -> Finding:
    """What ends in time (keys, sessions, conversations) is wrong with a clock that is."""
    now = datetime.now(UTC)
    files = [path for path in (data_dir, *data_dir.glob("library.sqlite3*")) if path.exists()]
    newest = max((datetime.fromtimestamp(path.stat().st_mtime, UTC) for path in files), default=now)
    remedy = "Set the clock, best by a time service; the time zone does not matter."
    if (newest - now).total_seconds() > 60:
        sentence = f"The clock says {now:%Y-%m-%d %H:%M} UTC, but the library was changed at {newest:%Y-%m-%d %H:%M}."
        return failed("clock", sentence, remedy)
    return ok("clock", f"It is {now:%Y-%m-%d %H:%M:%S} UTC.")
