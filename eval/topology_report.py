"""What `eval topology` found: what was lost, which answers failed and whether that could be avoided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from eval.load_client import Chat
from eval.load_report import percentiles
from eval.report import NOT_REACHED, REACHED, Report, Table

ON_THE_WAY = ("api", "nginx", "postgresql", "chroma")
"""Services that an answer passes; one that is being given may fail when they are killed. A worker is none of them."""
_CLOCK_SECONDS = 0.25
"""Between the death of a process and our knowing of it."""


@dataclass(frozen=True, slots=True)
class Outage:
    """A service that was killed, or told to stop, when it had gone, was started again, and worked again, in seconds.

    The system takes a while to clear a killed process away. Until then its port takes connections, and breaks them off.
    """

    name: str
    killed: float
    gone: float
    started: float
    back: float
    exit_code: int | None = None

    def since(self, moment: float) -> Outage:
        return replace(
            self, killed=self.killed - moment, gone=self.gone - moment, started=self.started - moment,
            back=self.back - moment,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """Chats and outages, whose times count from the same moment, and how long it all took."""

    chats: Sequence[Chat]
    outages: Sequence[Outage]
    seconds: float


def in_flight(chat: Chat, outages: Sequence[Outage]) -> bool:
    """Whether a service that answers pass was killed, and cleared away, while this one was being given."""
    return any(
        outage.name.startswith(ON_THE_WAY)
        and chat.begun <= outage.gone + _CLOCK_SECONDS
        and outage.killed <= chat.begun + chat.whole + _CLOCK_SECONDS
        for outage in outages
    )


def report(
    killed: Run, restarted: Run | None, documents: int, lost: Sequence[str], stages: dict[str, int], repeated: int,
    streams: int, seconds: float,
) -> Report:  # fmt: skip
    failed = [chat for chat in killed.chats if chat.fault is not None]
    unexcused = [chat for chat in failed if not in_flight(chat, killed.outages)]
    rolling = [chat for chat in restarted.chats if chat.fault is not None] if restarted else []
    waited = sum(1 for chat in killed.chats if chat.refused)
    first = percentiles([chat.first for chat in killed.chats if chat.fault is None])
    passed = not (lost or unexcused or rolling) and set(stages) <= {"done"}
    rows = [
        ("documents sent / lost or not whole", f"{documents} / {len(lost)}", _verdict(not lost)),
        ("seconds, all of it", f"{killed.seconds:.0f}", ""),
        ("requests for documents that were repeated", str(repeated), ""),
        ("chats", str(len(killed.chats)), ""),
        ("failed, in flight when their process was killed", str(len(failed) - len(unexcused)), ""),
        ("failed otherwise", str(len(unexcused)), _verdict(not unexcused)),
        ("connected again while nginx was away", str(waited), ""),
        ("delay to the first event, s, p50 / p95 / p99", " / ".join(f"{value:.2f}" for value in first.values()), ""),
    ]
    tables = [
        Table(f"{streams} chats at a time, {seconds:g} s each, each process killed", ("what", "figure", "aim"), rows),
        _outages("Killed (SIGKILL)", killed, failed),
    ]
    if restarted is not None:
        count = f"{len(restarted.chats)} / {len(rolling)}"
        rows = [("chats / failed", count, _verdict(not rolling)), ("seconds", f"{restarted.seconds:.0f}", "")]
        tables += [Table("Restarted in turn (SIGTERM)", ("what", "figure", "aim"), rows)]
        tables += [_outages("Restarts", restarted, rolling)]
    figures = {
        "passed": passed, "documents": documents, "lost": list(lost), "stages": stages, "seconds": killed.seconds,
        "chats": len(killed.chats), "failed_in_flight": len(failed) - len(unexcused),
        "failed_otherwise": _told(unexcused), "connected_again": waited, "requests_repeated": repeated,
        "first_event": first, "outages": [_figures(outage) for outage in killed.outages],
        "rolling": {
            "chats": len(restarted.chats), "failed": _told(rolling), "seconds": restarted.seconds,
            "restarts": [_figures(outage) for outage in restarted.outages],
        } if restarted else None,
    }  # fmt: skip
    return Report("Topology", tables, figures)


def _outages(title: str, run: Run, failed: Sequence[Chat]) -> Table:
    columns = ("service", "at, s", "started after, s", "works after, s", "answers that failed", "exit code")
    rows = []
    for outage in run.outages:
        own = [chat for chat in failed if in_flight(chat, [outage])]
        faults = ", ".join(f"{count} {fault}" for fault, count in Counter(chat.fault for chat in own).items())
        code = "" if outage.exit_code is None else str(outage.exit_code)
        since = (outage.started - outage.killed, outage.back - outage.started)
        rows.append((outage.name, f"{outage.killed:.0f}", *(f"{each:.1f}" for each in since), faults or "0", code))
    return Table(title, columns, rows)


def _told(chats: Sequence[Chat]) -> list[dict[str, object]]:
    return [
        {"begun": round(chat.begun, 2), "seconds": round(chat.whole, 2), "fault": chat.fault} for chat in chats[:100]
    ]


def _figures(outage: Outage) -> dict[str, object]:
    times = {"killed": outage.killed, "gone": outage.gone, "started": outage.started, "back": outage.back}
    return {
        "service": outage.name, **{name: round(value, 2) for name, value in times.items()},
        "exit_code": outage.exit_code,
    }  # fmt: skip


def _verdict(reached: bool) -> str:
    return REACHED if reached else NOT_REACHED
