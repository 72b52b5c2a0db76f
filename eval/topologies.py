"""Ways of running the product, and what each asks of its machines at a number of passages and of questions."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from eval.growth import Band, Growth

GENERATIONS = 3
"""Of the disk: the one that is searched, the one before it, and the next while it is built (`index.generations`)."""
BUSY = 0.5
"""Share of its cores' time that a machine spends on questions at the rate that counts as what it carries: at half, a
question that comes by chance waits about as long as it takes (M/M/1 queue: waiting = service · busy / (1 − busy))."""
DATABASE_CACHE = 0.1
"""Share of the library's bytes that PostgreSQL should hold in memory; a choice, not a measurement."""
HOUR = 3600
GIGABYTE = 1000
"""Megabytes."""


@dataclass(frozen=True, slots=True)
class Prices:
    """Of a month."""

    core: float
    memory_gigabyte: float
    disk_gigabyte: float


@dataclass(frozen=True, slots=True)
class Machine:
    """One kind of machine: how many there are, and the memory and disk of each in megabytes."""

    name: str
    count: int
    memory: Band
    disk: Band


@dataclass(frozen=True, slots=True)
class Measurements:
    """Growth by what was measured (`eval speed --search`, `eval engines`), and seconds of a processor (`eval cost`)."""

    growth: Mapping[str, Growth]
    question_seconds: float
    passage_seconds: float

    def at(self, name: str, passages: int, times: float = 1.0) -> Band:
        band = self.growth[name].at(passages)
        return Band(times * band.low, times * band.high)


@dataclass(frozen=True, slots=True)
class Topology:
    """For a number of passages: its machines, and the p95 of a search in milliseconds."""

    name: str
    machines: Callable[[Measurements, int], Sequence[Machine]]
    search: Callable[[Measurements, int], Band]

    def memory(self, measured: Measurements, passages: int) -> Band:
        """Of the largest machine, in megabytes."""
        held = [machine.memory for machine in self.machines(measured, passages)]
        return Band(max(band.low for band in held), max(band.high for band in held))

    def disk(self, measured: Measurements, passages: int) -> Band:
        """Of all machines together, in megabytes."""
        machines = self.machines(measured, passages)
        low = sum(machine.count * machine.disk.low for machine in machines)
        return Band(low, sum(machine.count * machine.disk.high for machine in machines))

    def month(self, measured: Measurements, passages: int, prices: Prices) -> Band:
        """What memory and disk of all machines cost; cores go by questions."""
        machines = self.machines(measured, passages)

        def price(end: Callable[[Band], float]) -> float:
            return sum(
                machine.count
                * (end(machine.memory) * prices.memory_gigabyte + end(machine.disk) * prices.disk_gigabyte)
                / GIGABYTE
                for machine in machines
            )

        return Band(price(lambda band: band.low), price(lambda band: band.high))


def cores_for(measured: Measurements, questions_an_hour: float) -> float:
    return questions_an_hour * measured.question_seconds / HOUR / BUSY


def _one(measured: Measurements, passages: int) -> Sequence[Machine]:
    generation = measured.at("generation_megabytes", passages, GENERATIONS)
    library = measured.at("library_megabytes", passages)
    return [Machine("server", 1, _with_build(measured, passages), _sum(library, generation))]


def _replicas(servers: int, measured: Measurements, passages: int) -> Sequence[Machine]:
    library = measured.at("library_megabytes", passages)
    generation = measured.at("generation_megabytes", passages, GENERATIONS)
    return [
        Machine("database", 1, measured.at("library_megabytes", passages, DATABASE_CACHE), library),
        Machine("server", servers, _with_build(measured, passages), generation),
    ]


def _served(engine: str, servers: int, measured: Measurements, passages: int) -> Sequence[Machine]:
    """Vectors on a machine of their own; words, and the tokens for the closer look, with each server as before."""
    vectors = measured.at(f"{engine}_disk_megabytes", passages, GENERATIONS)
    held = measured.at(f"{engine}_server_megabytes", passages)
    if engine == "pgvector":  # its graph is searched in the system's cache of the file
        held = _sum(held, measured.at("pgvector_disk_megabytes", passages))
    database, server = _replicas(servers, measured, passages)
    own_vectors = measured.at("embedded_disk_megabytes", passages, GENERATIONS)
    return [
        database,
        Machine("vectors", 1, held, vectors),
        Machine(
            server.name, servers, _less(server.memory, measured.at("graph_megabytes", passages)),
            _less(server.disk, own_vectors),
        ),
    ]  # fmt: skip


def _own_search(measured: Measurements, passages: int) -> Band:
    return measured.at("hybrid_p95_ms", passages)


def _served_search(engine: str, measured: Measurements, passages: int) -> Band:
    """As with vectors of its own, and what the median search of the server's takes longer than one of its own."""
    return _sum(_own_search(measured, passages), measured.at(f"{engine}_more_ms", passages))


def _with_build(measured: Measurements, passages: int) -> Band:
    """A machine that searches has to build the next generation beside."""
    return _sum(measured.at("search_megabytes", passages), measured.at("build_megabytes", passages))


def _sum(first: Band, second: Band) -> Band:
    return Band(first.low + second.low, first.high + second.high)


def _less(whole: Band, part: Band) -> Band:
    """Each end without the part's same end: both follow the same law."""
    return Band(max(0.0, whole.low - part.low), max(0.0, whole.high - part.high))


SERVERS = 2
TOPOLOGIES = (
    Topology("one machine", _one, _own_search),
    Topology("PostgreSQL, indexes on each server", partial(_replicas, SERVERS), _own_search),
    Topology("PostgreSQL, a Chroma server", partial(_served, "chroma", SERVERS), partial(_served_search, "chroma")),
    Topology(
        "PostgreSQL, one more with pgvector", partial(_served, "pgvector", SERVERS), partial(_served_search, "pgvector")
    ),
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a machine has, in megabytes, and what may be asked of a search, in milliseconds at p95."""

    memory: float
    disk: float
    search: float


def end_of(topology: Topology, measured: Measurements, limits: Limits, most: int) -> tuple[int, str]:
    """The passages up to which a topology stays within the limits, to two digits, and what ends it there.

    By the higher end of each band, so what is not measured counts against it. `most` and "" where nothing ends it.
    """
    fits, fails = 0, most + 1
    while fails - fits > max(1, 10 ** (math.floor(math.log10(fails)) - 1)):
        middle = (fits + fails) // 2
        if _breaks(topology, measured, limits, middle):
            fails = middle
        else:
            fits = middle
    if fails > most:
        return most, ""
    digit = 10 ** max(0, math.floor(math.log10(max(1, fits))) - 1)
    return fits // digit * digit, _breaks(topology, measured, limits, fails)


def _breaks(topology: Topology, measured: Measurements, limits: Limits, passages: int) -> str:
    if topology.memory(measured, passages).high > limits.memory:
        return "memory"
    if max(machine.disk.high for machine in topology.machines(measured, passages)) > limits.disk:
        return "disk"
    return "time of a search" if topology.search(measured, passages).high > limits.search else ""
