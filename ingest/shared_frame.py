"""What the pages of one site have in common: its frame, recognised by comparing them, whatever their format.

Pages are compared within every folder above them (for web addresses: every part of the path, and the host), so that
a site saved as a tree, a site in several languages and a flat folder are all one source somewhere. What is remembered
of a page is a hash of each of its blocks; memory is bounded, and lasts as long as the object: one run.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from itertools import groupby

from ingest.block import Block, Reading
from ingest.menu_words import is_notice

_PAGES = 3
"""Pages that must share a block for it to be a frame: two may be versions of one text."""
_EDGE_SHARE = 0.5
"""Share of a source's pages from which what opens or closes them is frame. On the 979 pages of the public newcomer
sites that have a text, no block of the text itself is on more than a ninth of its site's pages."""
_EVERYWHERE = 0.8
"""Share from which also what lies in the middle of pages, and what tells how to reach somebody, is frame."""
_EVERYWHERE_PAGES = 8  # pages that say what `everywhere` is
_SMALL_LOSS = 600  # characters of sentences that may go from a page though less of its own is left
_SHORT = 80  # characters of a block that is no sentence; longer ones say something
_FOLDERS = 4  # folders above a page that it is compared in
_SCOPES = 256  # folders remembered, those seen last
_BLOCKS = 20_000  # blocks remembered of a folder; those on one page alone are forgotten first


@dataclass(slots=True)
class _Scope:
    """One folder: how many of its pages were seen, and on how many of them each block is."""

    pages: int = 0
    counts: Counter[bytes] = field(default_factory=Counter)

    def learn(self, blocks: set[bytes]) -> None:
        self.pages += 1
        self.counts.update(blocks)
        if len(self.counts) > _BLOCKS:
            self.counts = Counter({block: count for block, count in self.counts.items() if count > 1})


class SharedFrames:
    """The frames of the sources of one run, learned page by page."""

    def __init__(self) -> None:
        self._scopes: OrderedDict[str, _Scope] = OrderedDict()
        self._homes: dict[bytes, str] = {}

    def learn(self, source: str, reading: Reading) -> None:
        """Remember the blocks of a page, also of one that is not to be changed itself."""
        blocks = {_key(block) for block in reading.blocks}
        for name in _scope_names(source):
            scope = self._scopes.setdefault(name, _Scope())
            self._scopes.move_to_end(name)
            scope.learn(blocks)
        while len(self._scopes) > _SCOPES:
            self._scopes.popitem(last=False)

    def strip(self, sources: Sequence[str], readings: Sequence[Reading]) -> list[Reading]:
        """The readings without what they share with the others of this call and of earlier ones.

        Menus, slogans and notices go. A sentence or an address stays on the page of the source where it was met first,
        so that nothing people may ask for is gone from the library; an address that is not on nearly every page, a
        heading over a text of the page's own and a reading that would lose most of its text stay as they are.
        """
        for source, reading in zip(sources, readings, strict=True):
            self.learn(source, reading)
        return [self._without(source, reading) for source, reading in zip(sources, readings, strict=True)]

    def _without(self, source: str, reading: Reading) -> Reading:
        scopes = [self._scopes[name] for name in _scope_names(source) if name in self._scopes]
        blocks = reading.blocks
        shares = [_share(_key(block), scopes) for block in blocks]
        gone: set[int] = set()
        for first, end in _segments(shares):
            gone.update(_frame_of(blocks, shares, first, end))
        said = [number for number in sorted(gone) if _says_something(blocks[number])]
        own = sum(len(block.text) for number, block in enumerate(blocks) if number not in gone)
        if not own or sum(len(blocks[number].text) for number in said) > max(_SMALL_LOSS, own):
            return reading
        site = _scope_names(source)[-1]
        for number in said:
            if self._homes.setdefault(_key(blocks[number]) + site.encode(), source) == source:
                gone.discard(number)
        return replace(reading, blocks=tuple(block for number, block in enumerate(blocks) if number not in gone))


def _scope_names(source: str) -> list[str]:
    """The folders a page is compared in, the nearest first; the last is taken for its site."""
    scheme, mark, path = source.rpartition("://")
    parts = path.split("/")[:-1]
    names = [scheme + mark + "/".join(parts[:depth]) for depth in range(len(parts), 0, -1)]
    if scheme.startswith("http"):
        return list(dict.fromkeys([*names[: _FOLDERS - 1], *names[-1:]]))
    return names[:_FOLDERS] or [scheme]


def _key(block: Block) -> bytes:
    return blake2b(" ".join(block.text.casefold().split()).encode(), digest_size=8).digest()


def _share(key: bytes, scopes: Sequence[_Scope]) -> float:
    """The largest share of a folder's pages that have the block; `_EVERYWHERE` is reached in large folders alone."""
    shares = [0.0]
    for scope in scopes:
        if scope.counts[key] >= _PAGES:
            share = scope.counts[key] / scope.pages
            shares.append(share if scope.pages >= _EVERYWHERE_PAGES else min(share, _EDGE_SHARE))
    return max(shares)


def _segments(shares: Sequence[float]) -> Iterator[tuple[int, int]]:
    """Where runs of shared blocks begin and end."""
    start = 0
    for shared, run in groupby(shares, key=lambda share: share >= _EDGE_SHARE):
        end = start + len(list(run))
        if shared:
            yield start, end
        start = end


def _frame_of(blocks: Sequence[Block], shares: Sequence[float], first: int, end: int) -> Iterator[int]:
    """The blocks of one run that are frame."""
    middle = first > 0 and end < len(blocks)
    reached = [number for number in range(first, end) if _reaches(blocks[number]) and shares[number] < _EVERYWHERE]
    last = end
    while first > 0 and end < len(blocks) and last > first and blocks[last - 1].kind in ("heading", "row"):
        last -= 1  # it heads what comes after it
    for number in range(first, last):
        if shares[number] >= _EVERYWHERE or not (middle or (reached and first > 0) or number in reached):
            yield number


def _reaches(block: Block) -> bool:
    """Whether a block may tell a place, a time or a number: what people ask for."""
    return "@" in block.text or any(character.isdigit() for character in block.text)


def _says_something(block: Block) -> bool:
    text = block.text
    return (_reaches(block) or len(text) > _SHORT or text[-1] in ".!?;؟。।") and not is_notice(text)
