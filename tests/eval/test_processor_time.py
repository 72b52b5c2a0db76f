from __future__ import annotations

import os
import subprocess
import sys

from eval.processor_time import own_seconds, whole_seconds

BUSY = """
import time
while time.process_time() < 0.5: pass
print(flush=True)
input()
"""


def test_a_childs_time_counts_to_the_whole_alone_and_stays_when_it_has_ended() -> None:
    me = os.getpid()
    own, whole = own_seconds(me), whole_seconds(me)
    with subprocess.Popen([sys.executable, "-c", BUSY], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        assert whole_seconds(me) - whole >= 0.25
        child.communicate(b"\n")
    assert whole_seconds(me) - whole >= 0.25
    assert own_seconds(me) - own < 0.25


def test_a_process_that_has_gone_has_used_nothing() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        pass
    assert whole_seconds(child.pid) == 0.0
