"""Families of retrieval sets: the same texts and questions in several languages, each language in a folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from index.errors import InvalidRequest


@dataclass(frozen=True, slots=True)
class Pair:
    """The language of the questions and that of the texts."""

    questions: str
    texts: str

    @property
    def name(self) -> str:
        """As it is asked for: `ro-en`."""
        return f"{self.questions}-{self.texts}"

    def __str__(self) -> str:
        return f"{self.questions} → {self.texts}"


@dataclass(frozen=True, slots=True)
class Family:
    """`folder` holds one folder per language. `across_only`: questions are sentences of the texts, so that finding them

    in their own language shows nothing.
    """

    folder: str
    title: str
    languages: tuple[str, ...]
    across_only: bool = False

    def pairs(self, data: Path) -> list[Pair]:
        """The pairs of languages that are there, by the language of the texts."""
        there = [name for name in self.languages if (data / self.folder / name / "corpus.jsonl").is_file()]
        pairs = [Pair(questions, texts) for texts in there for questions in there]
        return [pair for pair in pairs if not (self.across_only and pair.questions == pair.texts)]


XQUAD = Family("xquad", "XQuAD", ("en", "ro", "es", "ar", "it"))
OMOS_QA = Family("omos_qa", "OMoS-QA", ("de", "en", "fr", "ar", "uk"))
NTREX = Family("ntrex", "NTREX", ("en", "fr", "ro", "so"), across_only=True)
FAMILIES = {family.folder: family for family in (XQUAD, OMOS_QA, NTREX)}


def chosen_pairs(data: Path, families: Sequence[str], pairs: Sequence[str]) -> dict[Family, list[Pair]]:
    """The pairs of each family that are there and asked for; no names mean all.

    Raises `InvalidRequest` for a name that no family, or no pair of these families, has.
    """
    unknown = [name for name in families if name not in FAMILIES]
    if unknown:
        raise InvalidRequest(f"There is no family {', '.join(unknown)}; there are {', '.join(FAMILIES)}.")
    found = {family: family.pairs(data) for name, family in FAMILIES.items() if not families or name in families}
    if not any(found.values()):
        raise InvalidRequest(f"{data} holds none of the families {', '.join(each.folder for each in found)}.")
    known = {pair.name for of_family in found.values() for pair in of_family}
    missing = [name for name in pairs if name not in known]
    if missing:
        raise InvalidRequest(f"{data} holds no pair {', '.join(missing)}; a pair is named like ro-en.")
    wanted = set(pairs) or known
    kept = {family: [pair for pair in of_family if pair.name in wanted] for family, of_family in found.items()}
    return {family: of_family for family, of_family in kept.items() if of_family}
