"""The fingerprint by which the library finds texts that it holds already.

It is taken in the process that ingests, not in the children: rensa reserves a gigabyte of addresses, which is what a
child may have, and a file that has taken its child over could pretend to be another document.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace

from rensa import RMinHash

from index.document import DocumentDraft, Fingerprint
from index.likeness import numbers_of, words_of

PERMUTATIONS = 128
"""Values of a signature: the share of shingles in common is estimated with a standard error of 0.03 at 0.85."""
_SEED = 1  # other seeds give signatures that cannot be compared with those the library holds
_SHINGLE = 3  # words


def with_fingerprint(draft: DocumentDraft) -> DocumentDraft:
    return replace(draft, fingerprint=fingerprint(draft.title, draft.text))


def fingerprint(title: str, text: str) -> Fingerprint:
    """The numbers of the title count too: "Fees 2022" and "Fees 2024" may stand over one text."""
    words = words_of(text)
    return Fingerprint(
        numbers=_digest(sorted(numbers_of(title) | numbers_of(text))),
        words=_digest(words),
        signature=_signature(words),
    )


def _signature(words: list[str]) -> tuple[int, ...]:
    shingles = {" ".join(words[start : start + _SHINGLE]) for start in range(max(1, len(words) - _SHINGLE + 1))}
    minhash = RMinHash(num_perm=PERMUTATIONS, seed=_SEED)
    minhash.update(list(shingles))
    return tuple(minhash.digest())


def _digest(words: Iterable[str]) -> bytes:
    return hashlib.sha256(" ".join(words).encode("utf-8", "surrogatepass")).digest()
