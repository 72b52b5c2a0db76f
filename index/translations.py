"""Which documents are the same text in different languages, by the names they share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Mapping, Sequence

from sqlalchemy import Engine, insert, select, update
from sqlalchemy.orm import Session

from index.document import Translation
from index.scope import Scope
from index.tables import DocumentRow, TranslationNameRow

FEW = 500
"""Groups that are named one by one in a statement, well under every database's limit on bound variables."""


def put_names(session: Session, document_id: str, names: Sequence[str]) -> None:
    rows = [{"document_id": document_id, "name": name} for name in dict.fromkeys(names)]
    if rows:
        session.execute(insert(TranslationNameRow), rows)


def names_of(session: Session, document_id: str) -> set[str]:
    return set(session.scalars(select(TranslationNameRow.name).where(TranslationNameRow.document_id == document_id)))


def companions(session: Session, document_id: str) -> list[str]:
    """The other documents of its group. To be asked before it is changed or removed."""
    group = select(DocumentRow.translation_group).where(DocumentRow.id == document_id).scalar_subquery()
    statement = select(DocumentRow.id).where(DocumentRow.translation_group == group, DocumentRow.id != document_id)
    return sorted(session.scalars(statement))


def regroup(session: Session, document_ids: Iterable[str]) -> None:
    """Find the groups of these documents anew."""
    settled: set[str] = set()
    for document_id in document_ids:
        if document_id in settled:
            continue
        members = _members(session, document_id)
        settled |= members
        group = min(members) if len(members) > 1 else None
        session.execute(update(DocumentRow).where(DocumentRow.id.in_(members)).values(translation_group=group))


def translations_of(
    session: Session, rows: Sequence[DocumentRow], scope: Scope
) -> Mapping[str, tuple[Translation, ...]]:
    """By document id: what of its group is in scope, in another language, and found itself; by language."""
    groups = {row.translation_group for row in rows if row.translation_group is not None}
    if not groups:
        return {}
    within = groups_within(session, groups, scope)
    statement = select(DocumentRow).where(DocumentRow.within(scope), DocumentRow.duplicate_of.is_(None))
    if len(groups) == 1:
        statement = statement.where(DocumentRow.translation_group == groups.pop())
    else:
        statement = statement.where(DocumentRow.translation_group.is_not(None))
    members: dict[str | None, list[DocumentRow]] = defaultdict(list)
    for row in session.scalars(statement.order_by(DocumentRow.language, DocumentRow.id)):
        members[within.get(row.id)].append(row)
    return {
        row.id: tuple(
            Translation(other.id, other.language, other.title, other.uri)
            for other in members[within[row.id]]
            if other.language != row.language
        )
        for row in rows
        if row.id in within
    }


def translations_within(
    engine: Engine, document_ids: Collection[str], scope: Scope
) -> dict[str, tuple[Translation, ...]]:  # fmt: skip
    """Like `translations_of`, by the documents' ids."""
    with Session(engine) as session:
        statement = select(DocumentRow).where(DocumentRow.id.in_(document_ids), DocumentRow.within(scope))
        return dict(translations_of(session, session.scalars(statement).all(), scope))


def groups_within(session: Session, groups: Iterable[str], scope: Scope) -> dict[str, str]:
    """By document: the group it is in, of the documents that the scope admits.

    Two that only a third one makes translations of each other are none for who may not see that.
    """
    named = list(groups)
    group_of = DocumentRow.translation_group
    wanted = group_of.in_(named) if len(named) <= FEW else group_of.is_not(None)
    found = session.execute(select(DocumentRow.id, group_of, DocumentRow.within(scope)).where(wanted)).all()
    admitted = {id_ for id_, _, is_admitted in found if is_admitted}
    torn = {group for _, group, is_admitted in found if not is_admitted}
    within = {
        id_: group for id_, group, is_admitted in found if is_admitted and group is not None and group not in torn
    }
    left = admitted - within.keys()
    while left:
        members = _members(session, min(left), left)
        left -= members
        if len(members) > 1:
            within |= dict.fromkeys(members, min(members))
    return within


def _members(session: Session, document_id: str, among: Container[str] | None = None) -> set[str]:
    """The document and all that can be reached from it, or from one to the next `among` these, through names."""
    members: set[str] = set()
    waiting = {document_id}
    while waiting:
        current = waiting.pop()
        members.add(current)
        reached = _neighbours(session, current) - members
        waiting |= reached if among is None else {id_ for id_ in reached if id_ in among}
    return members


def _neighbours(session: Session, document_id: str) -> set[str]:
    names = select(TranslationNameRow.name).where(TranslationNameRow.document_id == document_id)
    source = select(DocumentRow.source).where(DocumentRow.id == document_id)
    sharing = select(TranslationNameRow.document_id).where(TranslationNameRow.name.in_(names))
    naming = select(TranslationNameRow.document_id).where(TranslationNameRow.name.in_(source))
    named = select(DocumentRow.id).where(DocumentRow.source.in_(names))
    return {*session.scalars(sharing), *session.scalars(naming), *session.scalars(named)}
