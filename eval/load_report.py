"""What `eval load` found, against its aims."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eval.load_client import Chat
from eval.report import NOT_REACHED, REACHED, Report, Table

AIM_FIRST_SECONDS = 1.0
AIM_INGEST_RATIO = 1.5
_MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Load:
    """Chats, and the server's memory in bytes at the seconds it was looked at."""

    chats: Sequence[Chat]
    memory: Sequence[tuple[float, int]]


def slope(memory: Sequence[tuple[float, int]]) -> float:
    """Megabytes a minute by which the later half of the time grows; 0 for too few looks."""
    later = memory[len(memory) // 2 :]
    if len(later) < 3:
        return 0.0
    times, held = zip(*later, strict=True)
    return float(np.polyfit(np.array(times) / 60, np.array(held) / _MEGABYTE, 1)[0])


def percentiles(values: Sequence[float]) -> dict[str, float]:
    """p50, p95 and p99, rounded to milliseconds; of nothing, endless."""
    if not values:
        return dict.fromkeys(("p50", "p95", "p99"), float("inf"))
    return {f"p{share}": round(float(np.percentile(values, share)), 3) for share in (50, 95, 99)}


def report(load: Load, idle: Sequence[Chat], busy: Sequence[Chat], streams: int, seconds: float) -> Report:
    good = [chat for chat in load.chats if chat.fault is None]
    faults = Counter(chat.fault for chat in load.chats if chat.fault is not None)
    first = percentiles([chat.first for chat in good])
    beyond = percentiles([chat.whole - seconds for chat in good])
    ratios = {
        name: round(percentiles(while_busy)["p95"] / percentiles(while_idle)["p95"], 2)
        for name, while_busy, while_idle in (
            ("first event", [chat.first for chat in busy], [chat.first for chat in idle]),
            ("whole chat", [chat.whole for chat in busy], [chat.whole for chat in idle]),
        )
    }
    held = [bytes_ / _MEGABYTE for _, bytes_ in load.memory]
    growth = slope(load.memory)
    failed = sum(faults.values()) + sum(chat.fault is not None for chat in [*idle, *busy])
    in_time = _verdict(first["p95"] <= AIM_FIRST_SECONDS)
    rows = [
        ("chats", str(len(load.chats)), ""),
        ("errors", str(failed), _verdict(failed == 0)),
        ("own delay to the first event, s, p50 / p95 / p99", _three(first), in_time),
        ("own time beyond the stub's, s, p50 / p95 / p99", _three(beyond), ""),
        ("memory, MB, first / last / most", f"{held[0]:.0f} / {held[-1]:.0f} / {max(held):.0f}" if held else "-", ""),
        ("memory's growth in the later half, MB a minute", f"{growth:.1f}", ""),
        *((f"p95 while taking in ÷ idle, {name}", str(ratio), _verdict(ratio <= AIM_INGEST_RATIO))
          for name, ratio in ratios.items()),
    ]  # fmt: skip
    figures = {
        "streams": streams, "chats": len(load.chats), "errors": failed, "faults": dict(faults), "first_event": first,
        "beyond_stub": beyond, "memory_mb": [round(value, 1) for value in held], "memory_mb_per_minute": growth,
        "ingest_ratio": ratios, "idle_first_event": percentiles([chat.first for chat in idle]),
        "busy_first_event": percentiles([chat.first for chat in busy]),
    }  # fmt: skip
    title = f"{streams} streamed chats at a time; the stub writes {seconds:g} s"
    return Report("Load", [Table(title, ("what", "figure", "aim"), rows)], figures)


def _three(values: dict[str, float]) -> str:
    return " / ".join(f"{value:.3f}" for value in values.values())


def _verdict(reached: bool) -> str:
    return REACHED if reached else NOT_REACHED
