"""The page of all settings, written from the settings themselves: `python -m ui.settings_page > docs/settings.md`."""

from __future__ import annotations

from assistant.setting import Setting, all_settings
from assistant.settings import FILE, PREFIX
from ui.console import say

_HEAD = f"""# Settings

Each is a variable of the environment, or a line of `{FILE}` in the folder that missiondesk is started in; the
environment wins. In the file a name has small letters and no prefix: `port = 8080` there is `{PREFIX}PORT=8080` in the
environment. A setting that does not exist is refused. `missiondesk settings` shows what is in force, and from where.

This page is written by `python -m ui.settings_page`.

| setting | type | default | what it does |
|---|---|---|---|
"""
_BAR = r"\|"


def settings_page() -> str:
    """The page in Markdown."""
    return _HEAD + "".join(map(_row, all_settings()))


def _row(setting: Setting) -> str:
    default = f"`{setting.default}`" if setting.default else "none"
    cells = (f"`{setting.variable}`", setting.kind, default, setting.description)
    return f"| {' | '.join(cell.replace('|', _BAR) for cell in cells)} |\n"


if __name__ == "__main__":
    say(settings_page().removesuffix("\n"))
