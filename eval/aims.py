"""What the measured figures are held against: nDCG@10 to reach, and as others have published it."""

from __future__ import annotations

from dataclasses import dataclass

from eval.families import NTREX, OMOS_QA, XQUAD, Family, Pair


@dataclass(frozen=True, slots=True)
class Aim:
    """The least nDCG@10 that the whole search should have (section 6 of the design)."""

    family: Family
    pair: Pair
    least: float


@dataclass(frozen=True, slots=True)
class Published:
    """A published nDCG@10; `beside` names the way of searching that it is compared with."""

    system: str
    beside: str
    family: Family
    pair: Pair
    figure: float


AIMS = (
    Aim(XQUAD, Pair("en", "en"), 0.985),
    Aim(XQUAD, Pair("ro", "ro"), 0.978),
    Aim(XQUAD, Pair("es", "es"), 0.978),
    Aim(XQUAD, Pair("ar", "ar"), 0.963),
    Aim(XQUAD, Pair("ro", "en"), 0.95),
    Aim(XQUAD, Pair("it", "en"), 0.95),
    Aim(OMOS_QA, Pair("en", "en"), 0.85),
    Aim(OMOS_QA, Pair("de", "de"), 0.85),
    Aim(OMOS_QA, Pair("fr", "de"), 0.70),
    Aim(NTREX, Pair("so", "en"), 0.75),
)


def _on_xquad(system: str, beside: str, en: float, ro: float, es: float, ar: float) -> tuple[Published, ...]:
    figures = {"en": en, "ro": ro, "es": es, "ar": ar}
    return tuple(Published(system, beside, XQUAD, Pair(name, name), figure) for name, figure in figures.items())


PUBLISHED = (
    *_on_xquad("multilingual-e5-small", "dense", 0.975, 0.958, 0.964, 0.935),
    *_on_xquad("BM25", "keywords", 0.965, 0.917, 0.952, 0.888),
    *_on_xquad("multilingual-e5-large", "hybrid", 0.984, 0.975, 0.976, 0.962),
)


def aim_of(family: Family, pair: Pair) -> float | None:
    return next((aim.least for aim in AIMS if (aim.family, aim.pair) == (family, pair)), None)


def published_of(family: Family, pair: Pair, beside: str) -> Published | None:
    wanted = (family, pair, beside)
    return next((each for each in PUBLISHED if (each.family, each.pair, each.beside) == wanted), None)
