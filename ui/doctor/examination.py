"""All checks, each for itself: one that finds something terrible does not keep the others from being made."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from assistant.settings import Settings
from index.errors import InvalidSetting
from ui.doctor import folder, library, models, program, server
from ui.doctor.finding import Finding, failed, ok
from ui.doctor.opening import NoLibrary, opened


def examine(settings: Settings | InvalidSetting) -> Iterator[Finding]:
    """Every finding, as it is made. Without settings only what needs none is looked at."""
    yield program.check_python()
    yield program.check_packages()
    yield program.check_torch()
    yield program.check_ocr()
    yield models.check_reader()
    if isinstance(settings, InvalidSetting):
        yield failed("settings", settings.message, "Change it; docs/settings.md lists them all.")
        return
    yield ok("settings", "All are understood.")
    yield models.check_embedding_model(settings)
    for check in (folder.check_permissions, folder.check_space, folder.check_file_system):
        yield check(settings)
    yield program.check_clock(settings.data_dir)
    yield from _library(settings)
    yield models.check_vector_server(settings)
    yield models.check_chat_model(settings)
    yield server.check_port(settings)


def _library(settings: Settings) -> Iterator[Finding]:
    checks = (
        library.check_integrity,
        library.check_schema,
        partial(library.check_engines, settings=settings),
        partial(library.check_jobs, settings=settings),
    )
    try:
        with opened(settings) as database:
            for check in checks:
                yield check(database)
    except NoLibrary as none:
        yield none.finding
