"""That the named points of `eval crash` exist, and that a process armed with one dies there."""

from __future__ import annotations

import signal
import subprocess
import sys
from importlib import import_module

import pytest

from eval.kill_points import POINTS

PROGRAM = """
from eval.kill_points import KillPoint, arm
import index.facts
arm(KillPoint("index.facts", "read_fact", after={after}), 2)
class Session:
    def get(self, table, name): print("asked", flush=True)
for _ in range(3): index.facts.read_fact(Session(), "x")
"""


@pytest.mark.parametrize("name", POINTS)
def test_the_points_are_functions_of_the_product(name: str) -> None:
    owner: object = import_module(POINTS[name].module)
    for part in POINTS[name].name.split("."):
        owner = getattr(owner, part)
    assert callable(owner)


@pytest.mark.parametrize(("after", "asked"), [(False, 1), (True, 2)])
def test_an_armed_process_dies_there(after: bool, asked: int) -> None:
    program = PROGRAM.format(after=after)
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert ended.stdout.count("asked") == asked
