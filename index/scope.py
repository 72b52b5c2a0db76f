"""What a request may see."""

from __future__ import annotations

from dataclasses import dataclass

from index.document import Audience


@dataclass(frozen=True, slots=True)
class Scope:
    """What a request may see: documents of these audiences, in these collections or, where None, in all.

    It comes from the credential, never from the request's body.
    """

    audiences: frozenset[Audience]
    collections: frozenset[str] | None = None

    def __and__(self, other: Scope) -> Scope:
        """What both admit."""
        mine, theirs = self.collections, other.collections
        shared = theirs if mine is None else mine if theirs is None else mine & theirs
        return Scope(self.audiences & other.audiences, shared)

    def admits(self, audience: Audience, collection: str) -> bool:
        """Whether a document of this audience and collection may be seen."""
        return audience in self.audiences and (self.collections is None or collection in self.collections)

    def covers(self, other: Scope) -> bool:
        """Whether nothing is in the other that is not in this one."""
        return self & other == other


PUBLIC_ONLY = Scope(frozenset({Audience.PUBLIC}))
EVERYTHING = Scope(frozenset(Audience))
