"""From a reading to the draft the index takes: metadata, stored text, passages, what it translates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from index.document import Audience, DocumentDraft
from index.errors import ItemRejected
from ingest.block import Block, Reading
from ingest.cleaning import romanian_letters
from ingest.dates import head_date
from ingest.layout import landmarks, lay_out
from ingest.lines import has_words
from ingest.origin import Origin
from ingest.passage_language import passage_language
from ingest.split import split
from ingest.titles import choose_title
from ingest.translated import translation_names

_SAMPLE = 700  # characters taken from each of three places of a document to tell its language
_CEDILLAS = frozenset("şţŞŢ")


def draft(reading: Reading, origin: Origin, *, audience: Audience, collection: str) -> DocumentDraft:
    """The document as the index takes it. Raises ItemRejected `empty` when nothing but a frame was there.

    What a sidecar states goes before what the document says, but never makes it public.
    """
    stated = origin.stated
    blocks = [block for block in reading.blocks if has_words(block.text)]
    if not blocks:
        raise ItemRejected("The file has no text of its own.", code="empty")
    language = stated.language or document_language(blocks, reading.language)
    blocks = [_with_letters(block, language) for block in blocks]
    title = choose_title(reading.title, blocks, origin.name)
    title = stated.title or (romanian_letters(title) if language == "ro" else title)
    layout = lay_out(blocks)
    return DocumentDraft(
        source=origin.source,
        uri=origin.uri,
        content_hash=origin.content_hash,
        title=title,
        language=language,
        text=layout.text,
        passages=split(layout, title, language),
        audience=stated.narrowed(audience),
        collection=stated.collection or collection,
        date=stated.date
        or reading.date
        or _date(blocks)
        or _date([block for block in reading.left_out if block.stamp]),
        authors=stated.authors or reading.authors,
        organisation=stated.organisation or reading.organisation,
        country=stated.country or reading.country,
        theme=stated.theme or reading.theme,
        type=reading.type,
        translation_names=translation_names(origin, reading, language),
        landmarks=landmarks(layout),
    )


def _date(blocks: Sequence[Block]) -> date | None:
    return head_date([block.text for block in blocks])


def document_language(blocks: Sequence[Block], stated: str | None = None) -> str:
    """The language of most of the text, judged from its beginning, middle and end. `stated` only decides doubt."""
    text = "\n".join(block.text for block in blocks if block.kind != "heading") or blocks[0].text
    middle = max(0, len(text) // 2 - _SAMPLE // 2)
    parts = (
        text if len(text) <= 3 * _SAMPLE else f"{text[:_SAMPLE]} {text[middle : middle + _SAMPLE]} {text[-_SAMPLE:]}"
    )
    return passage_language(parts, stated)


def _with_letters(block: Block, language: str) -> Block:
    if _CEDILLAS.isdisjoint(block.text) or passage_language(block.text, language) != "ro":
        return block
    return replace(block, text=romanian_letters(block.text))
