"""How much room is left on the disk of the library."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from index.errors import StorageLow

_MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Space:
    """The room that must stay free, in MB, on the disk that holds `folder`: for the database's journal, the next
    generation of the search engines, and everything else that writes there.
    """

    folder: Path
    megabytes: int

    def check(self) -> None:
        """Raises `StorageLow` where less is free."""
        free = shutil.disk_usage(self.folder).free // _MEGABYTE
        if free < self.megabytes:
            raise StorageLow(
                f"Only {free:,} MB are free on the disk of the library; documents are taken in from "
                f"{self.megabytes:,} MB on (setting min_free_megabytes). "
                "Make room and try again. What the library holds is still found."
            )
