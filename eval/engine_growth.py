"""Growth of what engines of vectors take, from runs of `eval engines` at several sizes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from eval.growth import Growth

SERVED = ("chroma", "pgvector")


def engine_growth(runs: Sequence[Mapping[str, Any]]) -> dict[str, Growth]:
    """Megabytes that an engine's server holds and its files take: `ENGINE_server_megabytes`, `ENGINE_disk_megabytes`.

    And milliseconds that its median search takes longer than the embedded engine's, `ENGINE_more_ms`, and megabytes
    that a process holds because it has the vectors' graph itself, `graph_megabytes`. Raises KeyError for a run that
    lacks an engine, ValueError with fewer than two sizes.
    """
    if not runs:
        raise ValueError("there is no engines*.json")
    by_size = {run["passages"]: _figures(run["engines"]) for run in runs}
    names = next(iter(by_size.values()))
    return {name: Growth.through({size: found[name] for size, found in by_size.items()}) for name in names}


def _figures(run: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    embedded = run["embedded"]
    found = {
        "embedded_disk_megabytes": embedded["disk_megabytes"],
        "graph_megabytes": embedded["client_megabytes"] - run["chroma"]["client_megabytes"],
    }
    for engine in SERVED:
        served = run[engine]
        found[f"{engine}_server_megabytes"] = served["server_megabytes"]
        found[f"{engine}_disk_megabytes"] = served["disk_megabytes"]
        found[f"{engine}_more_ms"] = served["p50_ms"] - embedded["p50_ms"]
    return found
