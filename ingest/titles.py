"""What a document is called: its metadata if sensible, else its first heading, its first title-like line, its name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePath

from ingest.block import Block
from ingest.cleaning import clean_line
from ingest.dates import is_date_line
from ingest.lines import has_words

_LONGEST = 200
_CUT = 90  # characters of a title made from a paragraph's first words
_SHORT_SENTENCE = 60  # characters up to which a line with a full stop does not yet begin the text
_HEAD = 12  # blocks in which a title is looked for
_SUBJECT = re.compile(
    r"^(?:ref|re|subject|subiect|referitor|oggetto|objet|asunto|betreff|тема|щодо|الموضوع|ujeeddo)\s*[.:]\s*(?=\S)",
    re.I,
)
_BYLINE = re.compile(r"^(?:by|di|de|par|por|von|автор|بقلم)\s+\S+(?:\s\S+){0,3}$", re.I)
_GENERIC = frozenset(
    """press release|comunicat de presă|comunicat de presa|comunicat|comunicato stampa|communiqué de presse|communiqué
    |comunicado de prensa|nota de prensa|pressemitteilung|прес-реліз|пресреліз|пресс-релиз|بيان صحفي|war-saxaafadeed
    |untitled|document|document1|title|no title|new document|titolo|contents|table of contents|indice|cuprins|sommaire
    |índice|зміст|المحتويات|introduction|home|index""".replace("\n", "")
    .replace("    ", "")
    .split("|")
)
_MACHINE = re.compile(
    r"^(?:microsoft (?:word|powerpoint|excel)\b|\(?(?:anonymous|unspecified|untitled|unknown)\b|word document$|slide \d"
    r"|powerpoint presentation|layout \d)"
    r"|\.(?:docx?|pdf|rtf|odt|indd|qxd|pages|pptx?|txt|html?|md)$|^[\w.~-]*[_\d][\w.~-]*$|^\W*$",
    re.I,
)
_SENTENCE_END = re.compile(r"[.!?:;…؟。।]['\"”»)]*$")


def choose_title(stated: str | None, blocks: Sequence[Block], name: str) -> str:
    """A title of at most 200 characters, never empty. `stated` is the metadata's, `name` the file's name."""
    title = sensible(stated)
    if title is not None:
        return title
    head = [block for block in blocks[:_HEAD] if has_words(block.text)]
    for block in head:
        subject = _SUBJECT.match(block.text)
        if subject and len(block.text) <= _LONGEST + 20:
            return _short(block.text[subject.end() :])
    before = _before_text(head)
    for number, block in enumerate(before):
        if block.kind != "heading" or not _is_title(block.text):
            continue
        named = [other.text for other in before[number + 1 :] if _is_title(other.text) and not other.text.isupper()]
        return _short(named[0] if block.text.isupper() and named else block.text)  # capitals: a letterhead's office
    for block in before[:4]:
        if block.kind == "paragraph" and _is_title(block.text):
            return _short(block.text)
    first = next((b.text for b in blocks if b.kind == "paragraph" and has_words(b.text)), "")
    return _first_words(first) if len(first) > 20 else _from_name(name)


def sensible(stated: str | None) -> str | None:
    """A title from metadata, or None if it is a machine's ("Microsoft Word - x", a file's name, "Untitled")."""
    title = clean_line(stated or "")
    if len(title) < 3 or _MACHINE.search(title) or title.casefold() in _GENERIC:
        return None
    return _short(title)


def _before_text(head: Sequence[Block]) -> list[Block]:
    """The short blocks before the first sentence: what heads the rest is a section, not the document."""
    before: list[Block] = []
    for block in head:
        sentence = block.kind != "heading" and (len(block.text) > _LONGEST or _SENTENCE_END.search(block.text))
        if sentence and len(block.text) > _SHORT_SENTENCE:
            break
        if not sentence:
            before.append(block)
    return before


def _is_title(text: str) -> bool:
    letters = sum(character.isalpha() for character in text)
    if letters < 3 or len(text) > _LONGEST or text.casefold().strip(" .:") in _GENERIC:
        return False
    return not (is_date_line(text) or _BYLINE.match(text))


def _short(title: str) -> str:
    title = title.strip().rstrip(".") if title.count(".") == 1 else title.strip()
    return title if len(title) <= _LONGEST else _first_words(title, _LONGEST - 1)


def _first_words(text: str, limit: int = _CUT - 1) -> str:
    if len(text) <= limit:
        return text
    cut = text.rfind(" ", limit // 2, limit + 1)
    return text[: cut if cut > 0 else limit].rstrip(" ,;:.–-") + "…"


def _from_name(name: str) -> str:
    stem = PurePath(name).stem
    words = re.sub(r"[_\s-]+", " ", stem).strip()
    return clean_line(words) or "Untitled"
