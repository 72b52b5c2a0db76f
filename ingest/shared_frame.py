"""What the pages of one site have in common: its frame, recognised by comparing them, whatever their format.

Pages are compared within every folder above them (for web addresses: every part of the path, and the host), so that
a site saved as a tree, a site in several languages and a flat folder are all one source somewhere. What is remembered
of a page is a hash of each of its blocks; memory is bounded, and lasts as long as the object: one run. A page that is
added alone in a later run has nothing to be compared with and keeps what only comparing would have shown; pages that
are read together again, as all are when the pipeline's version rises, lose it.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from itertools import groupby

from ingest.block import Block, Reading
from ingest.menu_words import is_notice
from ingest.page_names import TITLE, PageNames, names_pages_only, trail

_PAGES = 3
"""Pages that must share a block for it to be a frame: two may be versions of one text."""
_EDGE_SHARE = 0.5
"""Share of a source's pages from which what opens or closes them is frame. On the 979 pages of the public newcomer
sites that have a text, no block of the text itself is on more than a ninth of its site's pages."""
_EVERYWHERE = 0.8
"""Share from which also what lies in the middle of pages, and what tells how to reach somebody, is frame."""
_EVERYWHERE_PAGES = 6  # pages that say what `everywhere` is
_SMALL_LOSS = 600  # characters of sentences that may go from a page though less of its own is left
_SHORT = 80  # characters of a block that is no sentence; longer ones say something
_FOLDERS = 6  # folders above a page that it is compared in
_FOLDER_BLOCKS = 20_000  # blocks remembered of a folder; those on one page alone are forgotten first
_BLOCKS = 500_000  # blocks remembered at all, about 60 MB; the folders not seen for longest are forgotten first


@dataclass(slots=True)
class _Scope:
    """One folder: how many of its pages were seen, and on how many of them each block is."""

    pages: int = 0
    counts: Counter[bytes] = field(default_factory=Counter)
    names: PageNames = field(default_factory=PageNames)

    def learn(self, blocks: set[bytes]) -> int:
        """How many blocks are remembered more than before."""
        before = len(self.counts)
        self.pages += 1
        self.counts.update(blocks)
        if len(self.counts) > _FOLDER_BLOCKS:
            self.counts = Counter({block: count for block, count in self.counts.items() if count > 1})
        return len(self.counts) - before


class SharedFrames:
    """The frames of the sources of one run, learned page by page."""

    def __init__(self) -> None:
        self._scopes: OrderedDict[str, _Scope] = OrderedDict()
        self._homes: dict[bytes, str] = {}
        self._size = 0

    @property
    def remembered(self) -> int:
        """Blocks that are remembered."""
        return self._size

    def learn(self, source: str, reading: Reading) -> None:
        """Remember the blocks of a page, also of one that is not to be changed itself."""
        names = self._names(source)
        seen = (*reading.blocks, *reading.left_out)
        blocks = {key for block in seen for key in (_key(block.text), *_place_key(block), *_pattern_keys(block, names))}
        for name in _scope_names(source):
            scope = self._scopes.setdefault(name, _Scope())
            self._scopes.move_to_end(name)
            self._size += scope.learn(blocks)
        while self._size > _BLOCKS and len(self._scopes) > 1:
            _, oldest = self._scopes.popitem(last=False)
            self._size -= len(oldest.counts)

    def strip(self, sources: Sequence[str], readings: Sequence[Reading]) -> list[Reading]:
        """The readings without what they share with the others of this call and of earlier ones.

        Menus, slogans and notices go. A sentence or an address stays on the page of the source where it was met first,
        so that nothing people may ask for is gone from the library; an address that is not on nearly every page, a
        heading over a text of the page's own and a reading that would lose most of its text stay as they are.
        """
        for source, reading in zip(sources, readings, strict=True):
            for title in _titles(reading):
                self._names(source).add(title)
        for source, reading in zip(sources, readings, strict=True):
            self.learn(source, reading)
        return [self._without(source, reading) for source, reading in zip(sources, readings, strict=True)]

    def _without(self, source: str, reading: Reading) -> Reading:
        scopes = [self._scopes[name] for name in _scope_names(source) if name in self._scopes]
        blocks, shares = _named(reading, scopes, self._names(source))
        gone = {
            number
            for run in _runs([share >= _EDGE_SHARE for share in shares])
            for number in _frame_of(blocks, shares, run)
        }
        said = [number for number in sorted(gone) if _says_something(blocks[number])]
        own = sum(len(block.text) for number, block in enumerate(blocks) if number not in gone)
        if not own or sum(len(blocks[number].text) for number in said) > max(_SMALL_LOSS, own):
            return reading
        site = _scope_names(source)[-1].encode()
        for number in said:
            if self._homes.setdefault(_key(blocks[number].text) + site, source) == source:
                gone.discard(number)
        return replace(
            reading, blocks=tuple(block for number, block in enumerate(reading.blocks) if number not in gone)
        )

    def _names(self, source: str) -> PageNames:
        return self._scopes.setdefault(_scope_names(source)[-1], _Scope()).names


def _scope_names(source: str) -> list[str]:
    """The folders a page is compared in, the nearest first; the last is taken for its site."""
    scheme, mark, path = source.rpartition("://")
    parts = path.split("/")[:-1]
    names = [scheme + mark + "/".join(parts[:depth]) for depth in range(len(parts), 0, -1)]
    if scheme.startswith("http"):
        return list(dict.fromkeys([*names[:1], *names[-_FOLDERS + 1 :]]))
    return names[:_FOLDERS] or [scheme]


def _key(text: str) -> bytes:
    return blake2b(" ".join(text.casefold().split()).encode(), digest_size=8).digest()


def _place_key(block: Block) -> tuple[bytes, ...]:
    return (_key(f"\0{block.place}"),) if block.place else ()


def _pattern_keys(block: Block, names: PageNames) -> set[bytes]:
    patterns = (names.pattern(block.text), trail(block.text) if block.kind != "row" else None)
    return {_key(f"\0\0{pattern}") for pattern in patterns if pattern and not names_pages_only(pattern)}


def _titles(reading: Reading) -> set[str]:
    return {block.text for block in reading.blocks if block.level == 1} | ({reading.title} if reading.title else set())


def _shared(block: Block, scopes: Sequence[_Scope]) -> float:
    """How much of a folder's pages have the block; a link counts as its place does if that is on nearly all."""
    places = [_share(key, scopes) for key in _place_key(block)]
    return max([_share(_key(block.text), scopes), *(share for share in places if share >= _EVERYWHERE)])


def _named(reading: Reading, scopes: Sequence[_Scope], names: PageNames) -> tuple[list[Block], list[float]]:
    """Blocks and shares, with those that name pages marked as links where a frame's template has put them there.

    That is so where the words around the titles are shared, and of titles alone between two shared blocks or between
    one and the page's end or its own title.
    """
    blocks = list(reading.blocks)
    shares = [_shared(block, scopes) for block in blocks]
    patterns = [names.pattern(block.text) for block in blocks]
    for number, block in enumerate(blocks):
        around = max((_share(key, scopes) for key in _pattern_keys(block, names)), default=0.0)
        if around >= _EDGE_SHARE > shares[number]:
            blocks[number], shares[number] = _as_link(block), around
    alone = [
        share < _EDGE_SHARE and block.level != 1 and names_pages_only(pattern)
        for block, share, pattern in zip(blocks, shares, patterns, strict=True)
    ]
    for run in _runs(alone):
        before = run.start > 0 and shares[run.start - 1] >= _EDGE_SHARE
        at_end = run.stop == len(blocks)
        after = not at_end and shares[run.stop] >= _EDGE_SHARE
        titled = not at_end and blocks[run.stop].level == 1
        if (before and (after or at_end or titled)) or (run.start == 0 and after):
            for number in run:
                blocks[number], shares[number] = _as_link(blocks[number]), _EDGE_SHARE
    return blocks, shares


def _as_link(block: Block) -> Block:
    return replace(block, place=block.place or TITLE)


def _share(key: bytes, scopes: Sequence[_Scope]) -> float:
    """The largest share of a folder's pages that have the key; `_EVERYWHERE` is reached in large folders alone."""
    shares = [0.0]
    for scope in scopes:
        if scope.counts[key] >= _PAGES:
            share = scope.counts[key] / scope.pages
            shares.append(share if scope.pages >= _EVERYWHERE_PAGES else min(share, _EDGE_SHARE))
    return max(shares)


def _runs(marks: Sequence[bool]) -> Iterator[range]:
    """Runs of marked blocks."""
    start = 0
    for marked, run in groupby(marks):
        end = start + len(list(run))
        if marked:
            yield range(start, end)
        start = end


def _frame_of(blocks: Sequence[Block], shares: Sequence[float], run: range) -> Iterator[int]:
    """The blocks of one run that are frame."""
    opens, closes = run.start == 0, run.stop == len(blocks)
    contacts = [number for number in run if _reaches(blocks[number]) and shares[number] < _EVERYWHERE]
    last = run.stop
    if not (opens or closes) and _heads(blocks[last - 1]):
        last -= 1
    for number in range(run.start, last):
        opening = opens and number not in contacts
        closing = closes and number > max(contacts, default=-1)
        if shares[number] >= _EVERYWHERE or opening or closing:
            yield number


def _heads(block: Block) -> bool:
    """Whether a block in front of a text of the page's own may be its heading, or a table's."""
    return not block.place and (block.kind in ("heading", "row") or not _says_something(block))


def _reaches(block: Block) -> bool:
    """Whether a block may tell a place, a time or a number: what people ask for."""
    return not block.place and ("@" in block.text or any(character.isdigit() for character in block.text))


def _says_something(block: Block) -> bool:
    text = block.text
    if block.place or is_notice(text):
        return False
    return _reaches(block) or len(text) > _SHORT or text[-1] in ".!?;؟。।"
