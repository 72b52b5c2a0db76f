"""What counts as lost and which answers may fail while processes are killed; the run is `make topology-test`."""

from __future__ import annotations

from eval.load_client import Chat
from eval.topology_report import Outage, Run, in_flight, report
from eval.topology_upload import document, missing

API = Outage("api-1", killed=10, gone=10.6, started=11, back=20)
WORKER = Outage("worker-1", killed=10, gone=10.6, started=11, back=20)


def chat(begun: float, whole: float, fault: str | None = "cut") -> Chat:
    return Chat(begun, 0.1, whole, fault)


def test_only_what_passed_a_killed_service_was_in_flight() -> None:
    assert in_flight(chat(8, 4), [API])
    assert not in_flight(chat(8, 1), [API]), "it had ended"
    assert in_flight(chat(10.5, 0.1), [API]), "the port of a killed process takes connections until it has gone"
    assert not in_flight(chat(12, 4), [API]), "it began while the other server was there"
    assert not in_flight(chat(8, 4), [WORKER]), "no answer passes a worker"


def figures(chats: list[Chat], lost: list[str], rolling: list[Chat]) -> dict[str, object]:
    run, restarted = Run(chats, [API], 30), Run(rolling, [], 30)
    return dict(report(run, restarted, 10, lost, {"done": 1}, 0, 2, 1.0).figures)


def test_it_passes_where_nothing_failed_that_could_be_answered() -> None:
    good, excused, late = chat(1, 1, None), chat(9, 2), chat(15, 2)
    assert figures([good, excused], [], [good])["passed"]
    assert not figures([good, late], [], [good])["passed"]
    assert not figures([good], ["desk-1.md is there 0 times"], [good])["passed"]
    assert not figures([good], [], [excused])["passed"], "a restart in turn excuses nothing"


def test_a_document_is_missing_that_is_absent_doubled_or_cut() -> None:
    sent = [(f"desk-{number}.md", document(number)) for number in range(4)]
    assert missing(sent, 4) == []
    cut = [("desk-0.md", sent[0][1][:200]), sent[1], sent[1], sent[3]]
    assert missing(cut, 4) == [
        "desk-0.md is not whole", "desk-1.md is there 2 times", "desk-2.md is there 0 times",
    ]  # fmt: skip
