"""`missiondesk settings`."""

from __future__ import annotations

import typer

from assistant.setting import settings_in_force
from assistant.settings import origins
from ui.bodies.settings import SettingBody, SettingsBody
from ui.commands.options import AsJson, settings_of
from ui.console import print_json, say


def settings(context: typer.Context, as_json: AsJson = False) -> None:
    """Show the settings in force, and where each comes from.

    From the command line, the environment, the file missiondesk.toml, or by default; secrets are not shown.
    """
    found = settings_in_force(settings_of(context), origins(data_dir=context.obj))
    body = SettingsBody(settings=[SettingBody.model_validate(setting) for setting in found])
    if as_json:
        print_json(body)
        return
    for setting in body.settings:
        say("\t".join((setting.name, setting.value or "-", setting.origin)))
