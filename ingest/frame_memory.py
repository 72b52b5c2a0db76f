"""What is remembered of the pages of each folder: on how many of them each block is, and what they are called.

Memory is bounded. What the folders' pages share outlasts the run where the library remembers it.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from index.frames import FolderFrame, Frames
from ingest.page_names import MOST_NAMES, PageNames

PAGES = 3
"""Pages that must share a block for it to be a frame: two may be versions of one text."""
EDGE_SHARE = 0.5
"""Share of a source's pages from which what opens or closes them is frame. On the 979 pages of the public newcomer
sites that have a text, no block of the text itself is on more than a ninth of its site's pages."""
EVERYWHERE = 0.8
"""Share from which also what lies in the middle of pages, and what tells how to reach somebody, is frame."""
_EVERYWHERE_PAGES = 6  # pages that say what `EVERYWHERE` is
_EARLIER_PAGES = 8  # pages that those of earlier runs count for, so that a site's new design is soon learned
_AGAIN, _PRINTED = b"+", b"p"  # make a spot the keys of what is counted of its values
_LEVELS = 6  # folders above a page that it is compared in
_FOLDER_BLOCKS = 20_000  # blocks remembered of a folder; those on one page alone are forgotten first
_BLOCKS = 500_000  # blocks remembered at all, about 60 MB; the folders not seen for longest are forgotten first


@dataclass(frozen=True, slots=True)
class SpotValue:
    """What a page says at a spot, hashed; no key if no other page says it. `printed`: a system has written it."""

    key: bytes | None
    printed: bool


@dataclass(slots=True)
class Folder:
    """How many pages of a folder were seen, on how many of them each block is, and their titles."""

    site: str
    pages: int = 0
    counts: Counter[bytes] = field(default_factory=Counter)
    names: PageNames = field(default_factory=PageNames)
    is_new: bool = False

    def learn(self, blocks: Iterable[bytes]) -> int:
        """Count blocks of a page; how many are remembered more than before."""
        before = len(self.counts)
        self.is_new = True
        self.counts.update(blocks)
        if len(self.counts) > _FOLDER_BLOCKS:
            self.counts = Counter({block: count for block, count in self.counts.items() if count > 1})
        return len(self.counts) - before

    def learn_spots(self, values: Mapping[bytes, SpotValue]) -> int:
        """Count a page's spots, and those whose value was there on an earlier page; how many keys that adds."""
        before = len(self.counts)
        for spot, value in values.items():
            self.counts[spot] += 1
            self.counts[spot + _PRINTED] += value.printed
            if value.key is not None:
                self.counts[spot + _AGAIN] += bool(self.counts[value.key])
                self.counts[value.key] += 1
        return len(self.counts) - before

    def repeats(self, spot: bytes) -> float:
        """The share of the pages with a spot that have a value there which others have too; 0 if not all have it."""
        return (self.counts[spot + _AGAIN] + 1) / self.counts[spot] if self._is_on_all(spot) else 0.0

    def prints(self, spot: bytes) -> float:
        """The share of the pages with a spot where its value is printed; 0 if not all have it."""
        return self.counts[spot + _PRINTED] / self.counts[spot] if self._is_on_all(spot) else 0.0

    def _is_on_all(self, spot: bytes) -> bool:
        return self.counts[spot] >= max(PAGES, EVERYWHERE * self.pages)

    def share(self, block: bytes) -> float:
        """The share of pages that have the block, 0 if they are too few; `EVERYWHERE` needs more pages."""
        if self.counts[block] < PAGES:
            return 0.0
        share = self.counts[block] / self.pages
        return share if self.pages >= _EVERYWHERE_PAGES else min(share, EDGE_SHARE)


class Folders:
    """The folders of one run's pages; `library` is what earlier runs have learned."""

    def __init__(self, library: Frames | None = None) -> None:
        self._library = library
        self._folders: OrderedDict[str, Folder] = OrderedDict()
        self._homes: dict[tuple[str, bytes], str] = {}
        self._size = 0

    @property
    def size(self) -> int:
        """Blocks that are remembered."""
        return self._size

    def above(self, source: str) -> list[Folder]:
        """The folders a page is compared in, the nearest first; the last is taken for its site."""
        names = folder_names(source)
        return [self._open(name, names[-1]) for name in names]

    def learn(self, source: str, blocks: set[bytes], pages: int) -> None:
        """Count blocks of `pages` pages more: 1, or 0 for more blocks of a page that is counted."""
        for folder in self.above(source):
            folder.pages += pages
            self._size += folder.learn(blocks)
        while self._size > _BLOCKS and len(self._folders) > 1:
            _, oldest = self._folders.popitem(last=False)
            self._size -= len(oldest.counts)

    def learn_spots(self, source: str, values: Mapping[bytes, SpotValue]) -> None:
        """Count spots of a page that is counted already, each with its value."""
        for folder in self.above(source):
            self._size += folder.learn_spots(values)

    def home(self, source: str, block: bytes) -> str:
        """The page of the site that keeps a block that is on many: the first one that asks."""
        return self._homes.setdefault((folder_names(source)[-1], block), source)

    def save(self) -> None:
        """Let the library remember what the folders' pages share."""
        if self._library is not None and any(folder.is_new for folder in self._folders.values()):
            self._library.put({name: self._frame(each) for name, each in self._folders.items() if each.is_new})

    def _open(self, name: str, site: str) -> Folder:
        if name not in self._folders:
            self._folders[name] = folder = Folder(site)
            if self._library is not None:
                self._remember(name, folder, self._library)
        self._folders.move_to_end(name)
        return self._folders[name]

    def _remember(self, name: str, folder: Folder, library: Frames) -> None:
        if name == folder.site:
            for title in library.titles(name, MOST_NAMES):
                folder.names.add(title)
        frame = library.of(name)
        if frame is not None:
            scale = min(1.0, _EARLIER_PAGES / frame.pages)
            folder.pages = round(frame.pages * scale)
            folder.counts.update({block: round(count * scale) for block, count in frame.counts.items()})
            self._size += len(folder.counts)
            for block, home in frame.homes.items():
                self._homes.setdefault((folder.site, block), home)

    def _frame(self, folder: Folder) -> FolderFrame:
        counts = {block: count for block, count in folder.counts.items() if folder.share(block) >= EDGE_SHARE}
        kept = {block: self._homes.get((folder.site, block)) for block in counts}
        return FolderFrame(folder.pages, counts, {block: home for block, home in kept.items() if home is not None})


def folder_names(source: str) -> list[str]:
    """The folders above a page, the nearest first; the last is taken for its site."""
    scheme, mark, path = source.rpartition("://")
    parts = path.split("/")[:-1]
    names = [scheme + mark + "/".join(parts[:depth]) for depth in range(len(parts), 0, -1)]
    if scheme.startswith("http"):
        return list(dict.fromkeys([*names[:1], *names[-_LEVELS + 1 :]]))
    return names[:_LEVELS] or [scheme]
