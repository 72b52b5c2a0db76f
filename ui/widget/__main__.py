"""`python -m ui.widget`: writes the minified files of the npm package beside their sources."""

from __future__ import annotations

from ui.widget.minified import FILES, HERE, minified, minified_name

for name in FILES:
    (HERE / minified_name(name)).write_text(minified(name), encoding="utf-8")
