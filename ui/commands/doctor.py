"""`missiondesk doctor`."""

from __future__ import annotations

from importlib import import_module

import typer

from assistant.setting import settings_in_force
from assistant.settings import Settings, origins
from index.errors import InvalidSetting
from ui.bodies.doctor import DoctorBody, FindingBody
from ui.bodies.settings import SettingBody
from ui.commands.options import AsJson, settings_of
from ui.console import print_json, say
from ui.doctor.finding import Health
from ui.problems import EXIT_SOME_FAILED

# Imports torch and the engines, for which no other command should wait.
_EXAMINATION = "ui.doctor.examination"
_WORST_FIRST = (Health.FAILED, Health.WARNING, Health.OK)


def doctor(context: typer.Context, as_json: AsJson = False) -> None:
    """Check everything that missiondesk needs, and say what to do about what is wrong.

    Nothing is changed, whatever state the library is in. Exit code 1 if a check has failed; warnings do not count.
    """
    settings = _settings(context)
    checks: list[FindingBody] = []
    for finding in import_module(_EXAMINATION).examine(settings):
        checks.append(FindingBody.model_validate(finding))
        if not as_json:
            _print(checks[-1])
    worst = next(health for health in _WORST_FIRST if any(check.health is health for check in checks))
    in_force: list[SettingBody] = []
    if isinstance(settings, Settings):
        found = settings_in_force(settings, origins(data_dir=context.obj))
        in_force = [SettingBody.model_validate(setting) for setting in found]
    if as_json:
        print_json(DoctorBody(health=worst, checks=checks, settings=in_force))
    else:
        for setting in in_force:
            if setting.origin != "default":
                say(f"         setting {setting.name} = {setting.value} ({setting.origin})")
    if worst is Health.FAILED:
        raise typer.Exit(EXIT_SOME_FAILED)


def _settings(context: typer.Context) -> Settings | InvalidSetting:
    try:
        return settings_of(context)
    except InvalidSetting as error:
        return error


def _print(finding: FindingBody) -> None:
    say(f"{finding.health.value:<8} {finding.check}: {finding.sentence}")
    if finding.remedy is not None:
        say(f"{'':<8} → {finding.remedy}")
