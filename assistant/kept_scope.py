"""A scope as it is kept beside what was made in it."""

from __future__ import annotations

import json

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from index.document import Audience
from index.scope import Scope


class KeptScope:
    """Columns of a row: the audiences with spaces between them, and the collections as a JSON list, null for all."""

    scope: Mapped[str] = mapped_column(String(64))
    collections: Mapped[str | None] = mapped_column(Text)

    @property
    def kept_scope(self) -> Scope:
        """The scope that was kept."""
        audiences = frozenset(Audience(label) for label in self.scope.split())
        return Scope(audiences, None if self.collections is None else frozenset(json.loads(self.collections)))


def scope_columns(scope: Scope) -> dict[str, str | None]:
    """The values of a row's columns that keep this scope."""
    collections = None if scope.collections is None else json.dumps(sorted(scope.collections), ensure_ascii=False)
    return {"scope": " ".join(sorted(audience.value for audience in scope.audiences)), "collections": collections}
