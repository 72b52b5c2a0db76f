"""How a process of its own runs one of our modules."""

from __future__ import annotations

import sys
from pathlib import Path

_ROOT = Path(__file__).parents[1]


def running(module: str, *arguments: str, first: str = "") -> list[str]:
    """The command line that runs `main` of a module and exits with what it returns; `first` is code that goes before.

    A folder of the same name where the program was started does not take our place: -P and the explicit path see to it.
    """
    code = f"{first}import sys; sys.path.insert(0, {str(_ROOT)!r}); from {module} import main; sys.exit(main())"
    return [sys.executable, "-P", "-c", code, *arguments]
