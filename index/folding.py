"""Counts the translations of one document once: people are shown it in the language they ask in, where there is one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from index.ranking import Scored, in_order


def folded(scored: Sequence[Scored], language: str) -> list[Scored]:
    """Of each group of translations the passages of one document, whose best one stands where the group's best stood.

    The document is the one in `language`, or else the one that holds the group's best passage.
    """
    groups: dict[str, list[Scored]] = defaultdict(list)
    alone: list[Scored] = []
    for each in scored:
        if each.item.group is None:
            alone.append(each)
        else:
            groups[each.item.group].append(each)
    if not groups:
        return list(scored)
    return in_order([*alone, *(kept for members in groups.values() for kept in _shown(members, language))])


def _shown(members: Sequence[Scored], language: str) -> list[Scored]:
    best = members[0]
    shown = next((each for each in members if each.item.document_language == language), best).item.document_id
    first, *others = [each for each in members if each.item.document_id == shown]
    return [replace(first, score=best.score), *others]
