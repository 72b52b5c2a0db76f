"""What the pages of one site have in common: its frame, recognised by comparing them, whatever their format.

Pages are compared within every folder above them (for web addresses: every part of the path, and the host), so that
a site saved as a tree, a site in several languages and a flat folder are all one source somewhere. What is remembered
of a page is a hash of each of its blocks; what pages share is remembered in the library, so that a page that is added
alone in a later run is compared with those before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from hashlib import blake2b
from itertools import groupby, islice, takewhile

from index.frames import Frames
from ingest.block import Block, Reading
from ingest.frame_memory import EDGE_SHARE, EVERYWHERE, Folder, Folders, folder_names
from ingest.menu_words import is_notice
from ingest.page_names import PageNames, names_pages_only, trail
from ingest.spots import as_link, spot_values, template_marks
from ingest.value_line import tells_value

_SMALL_LOSS = 600  # characters of sentences that may go from a page though less of its own is left
_SHORT = 80  # characters of a block that is no sentence; longer ones say something
_PLACE_PAGES = 20  # pages that say what place in the markup is the template's: the texts of few may be made alike
_LEADING = 6  # lines at the head of a page without a title that may be titles


class SharedFrames:
    """The frames of the sources of one run, learned page by page; `library` is what earlier runs have learned."""

    def __init__(self, library: Frames | None = None) -> None:
        self._folders = Folders(library)

    @property
    def remembered(self) -> int:
        """Blocks that are remembered."""
        return self._folders.size

    def save(self) -> None:
        """Let the library remember the frames for later runs."""
        self._folders.save()

    def strip(self, sources: Sequence[str], readings: Sequence[Reading]) -> list[Reading]:
        """The readings without what they share with the others of this call and of earlier ones.

        Menus, slogans and notices go. A sentence or an address stays on the page of the source where it was met first,
        so that nothing people may ask for is gone from the library; an address that is not on nearly every page, a
        heading over a text of the page's own and a reading that would lose most of its text stay as they are.
        """
        self.learn(sources, readings)
        return [self.without(source, reading) for source, reading in zip(sources, readings, strict=True)]

    def learn(self, sources: Sequence[str], readings: Sequence[Reading]) -> None:
        """Remember pages that come together, in this order; those of one site in one call where that is possible."""
        for learn in (self._learn_blocks, self._learn_names, self._learn_patterns, self._learn_spots):
            for source, reading in zip(sources, readings, strict=True):
                learn(source, reading)

    def pages_beside(self, source: str) -> int:
        """How many pages of a source's site are known."""
        return self._folders.above(source)[-1].pages

    def is_beside(self, source: str, other: str) -> bool:
        """Whether two sources are of one site."""
        return folder_names(source)[-1] == folder_names(other)[-1]

    def _learn_blocks(self, source: str, reading: Reading) -> None:
        blocks = {key for block in _seen(reading) for key in (_key(block.text), *_place_key(block))}
        blocks.update(_title_key(block) for block in reading.blocks if block.level == 1)
        self._folders.learn(source, blocks, pages=1)

    def _learn_names(self, source: str, reading: Reading) -> None:
        folders = self._folders.above(source)
        for title in _titles(reading) or _leading(reading, folders):
            folders[-1].names.add(title)

    def _learn_patterns(self, source: str, reading: Reading) -> None:
        names = self._folders.above(source)[-1].names
        self._folders.learn(source, {key for block in _seen(reading) for key in _pattern_keys(block, names)}, pages=0)

    def _learn_spots(self, source: str, reading: Reading) -> None:
        names = self._folders.above(source)[-1].names
        if values := spot_values(_seen(reading), names):
            self._folders.learn_spots(source, values)

    def without(self, source: str, reading: Reading) -> Reading:
        """The reading of a page that is known without what it shares with others; see `strip`."""
        folders = self._folders.above(source)
        blocks, shares = _named(reading.blocks, folders)
        runs = _runs([share >= EDGE_SHARE for share in shares])
        gone = {number for run in runs for number in _frame_of(blocks, shares, run)}
        said = [number for number in sorted(gone) if _says_something(blocks[number])]
        if len(gone) == len(blocks):  # the page's title is all that it has
            gone = {number for number in gone if _shared(blocks[number], folders) >= EDGE_SHARE}
        own = sum(len(block.text) for number, block in enumerate(blocks) if number not in gone)
        if not own or sum(len(blocks[number].text) for number in said) > max(_SMALL_LOSS, own):
            return reading
        for number in said:
            if self._folders.home(source, _key(blocks[number].text)) == source:
                gone.discard(number)
        kept = tuple(block for number, block in enumerate(reading.blocks) if number not in gone)
        stamps = tuple(block for number, block in enumerate(reading.blocks) if number in gone and block.stamp)
        return replace(reading, blocks=kept, left_out=stamps)


def _seen(reading: Reading) -> tuple[Block, ...]:
    return (*reading.blocks, *reading.left_out)


def _key(text: str) -> bytes:
    return blake2b(" ".join(text.casefold().split()).encode(), digest_size=8).digest()


def _place_key(block: Block) -> tuple[bytes, ...]:
    return (_key(f"\0{block.place}"),) if block.place else ()


def _title_key(block: Block) -> bytes:
    return _key(f"\0\0\0{block.text}")


def _pattern_keys(block: Block, names: PageNames) -> set[bytes]:
    patterns = (names.pattern(block.text), trail(block.text) if block.kind != "row" else None, block.stamp)
    return {_key(f"\0\0{pattern}") for pattern in patterns if pattern and not names_pages_only(pattern)}


def _titles(reading: Reading) -> set[str]:
    return {block.text for block in reading.blocks if block.level == 1} | ({reading.title} if reading.title else set())


def _leading(reading: Reading, folders: Sequence[Folder]) -> set[str]:
    """The first lines of a page without a title that are its own: its title, or those of pages it belongs to."""
    own = (block for block in reading.blocks if _shared(block, folders) < EDGE_SHARE and trail(block.text) is None)
    return {block.text for block in takewhile(lambda block: not _says_something(block), islice(own, _LEADING))}


def _shared(block: Block, folders: Sequence[Folder]) -> float:
    """How much of a folder's pages have the block; a link counts as its place does if that is on nearly all.

    A title counts as that of other pages only: many may name the page that it is of.
    """
    if block.level == 1:
        return _share(_title_key(block), folders)
    places = [_share(key, _large(folders)) for key in _place_key(block)]
    return max([_share(_key(block.text), folders), *(share for share in places if share >= EVERYWHERE)])


def _large(folders: Sequence[Folder]) -> list[Folder]:
    """The folders with pages enough to tell a template from texts that are alike."""
    return [folder for folder in folders if folder.pages >= min(_PLACE_PAGES, folders[-1].pages)]


def _share(key: bytes, folders: Sequence[Folder]) -> float:
    return max(folder.share(key) for folder in folders)


def _named(blocks: Sequence[Block], folders: Sequence[Folder]) -> tuple[list[Block], list[float]]:
    """Blocks and shares, with those that name pages marked as links where a frame's template has put them there.

    That is so where the words around the titles are shared, and of titles alone between two shared blocks or between
    one and the page's end or its own title.
    """
    names, large = folders[-1].names, _large(folders)
    marked, shares = list(blocks), [_shared(block, folders) for block in blocks]
    marks = template_marks(blocks, large)
    for number, (block, (share, is_link)) in enumerate(zip(blocks, marks, strict=True)):
        around = max((_share(key, folders) for key in _pattern_keys(block, names)), default=0.0)
        if around >= EDGE_SHARE > shares[number]:
            marked[number], shares[number] = as_link(block), around
        if share > shares[number]:
            marked[number], shares[number] = as_link(block) if is_link else block, share
    is_name = [share < EDGE_SHARE and _is_name(block, names) for block, share in zip(blocks, shares, strict=True)]
    title = _own_title(blocks, shares, is_name)
    if title is not None:
        is_name[title] = False
    for run in _runs(is_name):
        if _lies_in_frame(run, blocks, shares):
            for number in run:
                marked[number], shares[number] = as_link(blocks[number]), EDGE_SHARE
    return marked, shares


def _own_title(blocks: Sequence[Block], shares: Sequence[float], is_name: Sequence[bool]) -> int | None:
    """Which of the lines that name pages is a page's own title where no heading says it.

    It is the least shared of those above the page's own text, the nearest to it of several. Of a page with no text it
    is the first of all.
    """
    if any(block.level == 1 for block in blocks):
        return None
    own = (number for number, share in enumerate(shares) if share < EDGE_SHARE and not is_name[number])
    end = next(own, None)
    above = [number for number in range(end if end is not None else len(blocks)) if is_name[number]]
    if end is None:
        return min(above, default=None)
    return min(above, key=lambda number: (shares[number], -number), default=None)


def _is_name(block: Block, names: PageNames) -> bool:
    return block.level != 1 and names_pages_only(names.pattern(block.text))


def _lies_in_frame(run: range, blocks: Sequence[Block], shares: Sequence[float]) -> bool:
    at_end = run.stop == len(blocks)
    before = run.start > 0 and shares[run.start - 1] >= EDGE_SHARE
    after = not at_end and shares[run.stop] >= EDGE_SHARE
    titled = not at_end and blocks[run.stop].level == 1
    return after if run.start == 0 else before and (after or at_end or titled)


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
    contacts = [number for number in run if _reaches(blocks[number]) and shares[number] < EVERYWHERE]
    last = run.stop
    if not (opens or closes) and _heads(blocks[last - 1]):
        last -= 1
    for number in range(run.start, last):
        opening = opens and number not in contacts
        closing = closes and number > max(contacts, default=-1)
        if shares[number] >= EVERYWHERE or opening or closing:
            yield number


def _heads(block: Block) -> bool:
    """Whether a block in front of a text of the page's own may be its heading, or a table's."""
    if block.place:
        return False
    return block.kind in ("heading", "row") or not (_says_something(block) or tells_value(block.text))


def _reaches(block: Block) -> bool:
    """Whether a block may tell a place, a time or a number: what people ask for."""
    return not block.place and ("@" in block.text or any(character.isdigit() for character in block.text))


def _says_something(block: Block) -> bool:
    text = block.text
    if block.place or is_notice(text):
        return False
    return _reaches(block) or len(text) > _SHORT or text[-1] in ".!?;؟。।"
