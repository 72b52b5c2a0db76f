"""The edge between what readers give and what every database keeps: no zero characters, no overlong labels.

Readers clean what they read, each in its own way; this holds for all of them, and for a child that a file has taken
over. Texts keep their length, so that spans go on naming the same characters.
"""

from __future__ import annotations

import re
from dataclasses import replace

from index.document import DocumentDraft

LONGEST_TITLE = 300
LONGEST_NAME = 200
"""Characters of an author, an organisation or a theme. PostgreSQL's indexes, which hold the last two, take 2,704 bytes
an entry."""
MOST_AUTHORS = 20
LONGEST_TRANSLATION_NAME = 2000
LONGEST_LANGUAGE = 8
LONGEST_TYPE = 16
COUNTRY = 2

_UNKEPT = re.compile("[\x00\ud800-\udfff]")
"""PostgreSQL keeps no zero character in a text, and no database half a surrogate pair."""


def storable_draft(draft: DocumentDraft) -> DocumentDraft:
    """The draft with every text such as a database takes it, and every label short enough."""
    passages = tuple(
        replace(
            passage, context=_kept(passage.context), section=_kept(passage.section) if passage.section else None,
            language=_kept(passage.language)[:LONGEST_LANGUAGE],
        )
        for passage in draft.passages
    )  # fmt: skip
    return replace(
        draft,
        uri=_kept(draft.uri),
        title=_cut(draft.title, LONGEST_TITLE) or "…",
        language=_kept(draft.language)[:LONGEST_LANGUAGE],
        text=_kept(draft.text),
        passages=passages,
        authors=tuple(_cut(author, LONGEST_NAME) for author in draft.authors[:MOST_AUTHORS]),
        organisation=_named(draft.organisation),
        country=draft.country if draft.country is None or len(_kept(draft.country)) <= COUNTRY else None,
        theme=_named(draft.theme),
        type=_kept(draft.type)[:LONGEST_TYPE] if draft.type is not None else None,
        translation_names=tuple(
            _kept(name) for name in draft.translation_names if len(name) <= LONGEST_TRANSLATION_NAME
        ),
    )


def _kept(text: str) -> str:
    return _UNKEPT.sub("\ufffd", text)


def _cut(text: str, longest: int) -> str:
    """In labels nothing counts characters: what cannot be kept goes."""
    text = _UNKEPT.sub("", text)
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _named(name: str | None) -> str | None:
    return _cut(name, LONGEST_NAME) or None if name is not None else None
