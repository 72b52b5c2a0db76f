"""A server as it is served, its callers, and the things that are one caller's and not another's."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.access import STAFF, Access, Caller
from assistant.assistant import Assistant
from assistant.conversations import Conversations
from assistant.feedback import Feedback, Opinion, Rating
from assistant.keys import NewKey
from assistant.reader import Reader
from assistant.roles import KeyRole, Role
from assistant.saved_searches import SavedSearches
from assistant.settings import Settings, load_settings
from assistant.shares import Shares
from assistant.sites import Site
from assistant.widget_access import Sender
from assistant.wiring import open_access, open_conversations, open_feedback, open_generations, open_library
from index.document import Audience
from index.embedding import Embedder
from index.errors import NotFound
from index.index import Index
from index.job import NewItem
from index.scope import EVERYTHING, PUBLIC_ONLY
from ingest.pipeline import ingest
from tests.ui.conftest import ORIGIN
from tests.ui.matrix_rows import Kind
from ui.intake import Intake, open_intake
from ui.server import build

PAGES = {"widget A": "https://one.example", "widget B": "https://two.example"}
TEXT = "The permit office of {name} is open on Tuesdays from nine to one. Its code word is {secret}."
DOCUMENTS = {"open": Audience.PUBLIC, "north": Audience.INTERNAL, "south": Audience.INTERNAL}
"""By collection: the audience of the one document that is in it."""
PLENTY = "100000 per minute"
RATES = (
    "widget_address_sessions", "widget_address_questions", "widget_session_questions", "widget_site_sessions",
    "widget_site_questions", "owner_questions",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Who:
    """A caller: the role that the credential is good for (None: no role), what it is sent as, and whom it belongs to.

    A key that has ended belongs to somebody, too, of whom things are kept.
    """

    name: str
    role: Role | None
    headers: dict[str, str]
    caller: Caller | None = None

    def may_see(self, audience: Audience, collection: str) -> bool:
        """Whether the credential that is in force, or everybody, may read such documents."""
        scope = self.caller.scope if self.caller and self.role else PUBLIC_ONLY
        return scope.admits(audience, collection)


@dataclass(frozen=True, slots=True)
class Thing:
    """An object with its id; `state` is how it is now, and raises `NotFound` once it is gone."""

    id: str
    state: Callable[[], object] = bool


@dataclass(slots=True)
class World:
    """A library with a server in front of it."""

    app: FastAPI
    client: TestClient
    access: Access
    index: Index
    conversations: Conversations
    feedback: Feedback
    intake: Intake
    folder: Path
    callers: list[Who] = field(default_factory=list)
    keys: dict[str, NewKey] = field(default_factory=dict)
    sites: dict[str, Site] = field(default_factory=dict)
    documents: dict[str, str] = field(default_factory=dict)
    secrets: list[tuple[str, frozenset[str]]] = field(default_factory=list)
    """Words, and the names of the callers who may be told them."""
    number: Iterator[int] = field(default_factory=itertools.count)

    def things(self, who: Who, kind: Kind | None, *, lasting: bool = True) -> dict[str, Thing]:
        """An own one, a foreign one where there can be one, and one that does not exist; each id as long as the others.

        Not `lasting`: whoever may do so will remove it.
        """
        if kind is None:
            return {"own": Thing("")}
        own, foreign = self._own_and_foreign(who, kind, lasting=lasting)
        pattern = (own or foreign or Thing("0" * 32)).id
        # Whoever sees every collection may begin one.
        missing = None if kind == "place" and foreign is None else Thing(_missing(kind, pattern))
        found = {"own": own, "foreign": foreign, "missing": missing}
        return {which: thing for which, thing in found.items() if thing is not None}

    def _own_and_foreign(self, who: Who, kind: Kind, *, lasting: bool) -> tuple[Thing | None, Thing | None]:
        ended, is_narrow = kind == "ended job", who.caller is not None and who.caller.scope.collections is not None
        other = next(each for each in self.others if each.name != who.name)
        match kind:
            case "document":
                return self._documents(who, lasting=lasting)
            case "passage":
                own, foreign = self._documents(who, lasting=lasting)
                return self._passage(own), self._passage(foreign) if foreign else None
            case "collection" | "place":
                own, foreign = self._documents(who, lasting=True)
                names = {document: name for name, document in self.documents.items()}
                return Thing(names[own.id]), Thing(names[foreign.id]) if foreign else None
            case "conversation":
                return self._conversation(who) if who.caller else None, self._conversation(other)
            case "shared conversation":
                return self._shared(who) if who.caller else None, self._shared(other)
            case "link":
                return self._link(other), None
            case "saved search":
                return self._search(who.caller) if who.caller else None, self._search(other.caller)
            case "feed":
                return self._feed(self.others[0].caller if self.keys else STAFF), None
            case "job" | "ended job":
                hidden = self._job("south", ended=ended) if is_narrow else None
                return self._job("north", ended=ended), hidden
            case "feedback":
                return self._opinion(who), self._opinion(other) if is_narrow else None
            case "site":
                return Thing(self.sites["widget A"].id), Thing(self.sites["widget B"].id)
            case "embedding":
                # Those who may see one may see all.
                return Thing(self.sites["widget A"].id), None
            case "key" if self.keys:
                return Thing(self.keys["staff A"].secret), Thing(self.keys["revoked"].secret)
            case "model":
                return Thing("missiondesk"), None
        return None, None

    @property
    def others(self) -> list[Who]:
        """Two who have things of their own and see everything."""
        known = [who for who in self.callers if who.name in {"staff A", "staff B"}]
        return known or [Who(name, "staff", {}, Caller("staff", EVERYTHING, f"key:{name}")) for name in ("a", "b")]

    def withheld(self, who: Who) -> list[str]:
        """The words that must be in no response to this caller."""
        return [words for words, readers in self.secrets if who.name not in readers]

    def document(self, collection: str, name: str = "lasting") -> str:
        """Take in a document with a secret of its own, which those may be told who may see it."""
        audience = DOCUMENTS[collection]
        secret = self._secret(*(who.name for who in self.callers if who.may_see(audience, collection)))
        path = self.folder / f"{name}-{collection}-{next(self.number)}.txt"
        path.write_text(TEXT.format(name=path.stem, secret=secret), encoding="utf-8")
        report = ingest([str(path)], lambda: self.index, self.index.library, audience=audience, collection=collection)
        assert report.items[0].document_id is not None, report.items
        return report.items[0].document_id

    def _documents(self, who: Who, *, lasting: bool) -> tuple[Thing, Thing | None]:
        seen = [name for name, audience in DOCUMENTS.items() if who.may_see(audience, name)]
        hidden = [name for name in DOCUMENTS if name not in seen]
        goes = not lasting and who.role in {"staff", "admin"}
        own = self.document(seen[-1], "passing") if goes else self.documents[seen[-1]]
        return self._standing(own), self._standing(self.documents[hidden[-1]]) if hidden else None

    def _standing(self, document_id: str) -> Thing:
        return Thing(document_id, lambda: self.index.library.document(document_id, EVERYTHING))

    def _passage(self, document: Thing) -> Thing:
        return Thing(self.index.library.passages.of_document(document.id, EVERYTHING)[0].id, document.state)

    def _conversation(self, who: Who) -> Thing:
        caller = who.caller
        assert caller is not None
        conversation = self.conversations.begin(caller)
        self.conversations.ask(conversation, caller, f"Who is {self._secret(who.name)}?")
        return Thing(conversation, lambda: self.conversations.get(conversation, caller))

    def _shared(self, who: Who) -> Thing:
        """The id of a conversation with a link; its state is that there is one."""
        caller, held = who.caller, self._conversation(who)
        assert caller is not None
        shares = Shares(self.conversations)
        shares.make(held.id, caller)

        def state() -> object:
            ends = shares.ends(held.id, caller)
            if ends is None:
                raise NotFound("It is gone.")
            return ends

        return Thing(held.id, state)

    def _link(self, who: Who) -> Thing:
        """To a conversation in which nothing is secret."""
        assert who.caller is not None
        conversation = self.conversations.begin(who.caller)
        self.conversations.ask(conversation, who.caller, "When is the permit office open?")
        return Thing(Shares(self.conversations).make(conversation, who.caller).token)

    def _search(self, caller: Caller | None) -> Thing:
        assert caller is not None
        readers = [each.name for each in self.callers if each.caller is caller]
        saved = SavedSearches(self.index.library.engine)
        search = saved.add(caller, self._secret(*readers), "q=permit&audience=public", 0)
        return Thing(search.id, lambda: saved.get(search.id, caller))

    def _feed(self, caller: Caller | None) -> Thing:
        assert caller is not None
        saved = SavedSearches(self.index.library.engine)
        return Thing(saved.open_feed(saved.add(caller, "Permits", "q=permit&language=fi", 0).id, caller))

    def _job(self, collection: str, *, ended: bool) -> Thing:
        secret = self._secret(*(each.name for each in self.callers if each.may_see(Audience.INTERNAL, collection)))
        job = self.intake.jobs.add("upload", Audience.INTERNAL, collection, items=[NewItem(secret, secret)])
        if ended:
            self.intake.jobs.cancel(job.id)
        return Thing(job.id, lambda: self.intake.jobs.get(job.id).stage)

    def _opinion(self, who: Who) -> Thing:
        scope = who.caller.scope if who.caller else EVERYTHING
        readers = [each.name for each in self.callers if each.caller and each.role and each.caller.scope.covers(scope)]
        opinion = self.feedback.add(Opinion(Rating.WRONG, comment=self._secret(*readers)), scope)

        def state() -> None:
            if opinion not in {each.id for each in self.feedback.newest(1000, EVERYTHING)}:
                raise NotFound("It is gone.")

        return Thing(opinion, state)

    def _secret(self, *readers: str) -> str:
        words = f"SECRET{next(self.number):06}X"
        self.secrets.append((words, frozenset(readers)))
        return words


@contextmanager
def keyed_world(folder: Path, embedder: Embedder, reader: Reader) -> Iterator[World]:
    """A server with keys, sites, and a provider that cannot be reached."""
    accounts = {"oidc_issuer": "http://127.0.0.1:9", "oidc_client_id": "desk", "oidc_roles": {"desk": "staff"}}
    with _world(folder, embedder, reader, **accounts) as world:
        access = world.access
        roles: dict[str, KeyRole] = {
            "researcher": "researcher", "staff A": "staff", "staff B": "staff", "admin": "admin", "north": "staff",
            "revoked": "admin", "expired": "admin",
        }  # fmt: skip
        for name, role in roles.items():
            collections = ["north"] if name == "north" else None
            world.keys[name] = access.keys.create(role, days=0 if name == "expired" else 1, collections=collections)
        holders = {name: access.caller(new.secret) for name, new in world.keys.items() if name != "expired"}
        holders["expired"] = Caller("admin", EVERYTHING, world.keys["expired"].key.owner)
        access.keys.revoke(world.keys["revoked"].key.id)
        world.callers.append(Who("anonymous", None, {}))
        for name, new in world.keys.items():
            in_force = None if name in {"revoked", "expired"} else roles[name]
            world.callers.append(Who(name, in_force, {"Authorization": f"Bearer {new.secret}"}, holders[name]))
        for name, page in PAGES.items():
            site = world.sites[name]
            token = access.widget.open(site).token
            headers = {"Authorization": f"Bearer {token}", "Origin": page}
            world.callers.append(Who(name, "widget", headers, access.caller(token, Sender(page))))
        world.documents |= {name: world.document(name) for name in DOCUMENTS}
        yield world


@contextmanager
def open_world(folder: Path, embedder: Embedder, reader: Reader) -> Iterator[World]:
    """A server without any key, which whoever calls from this machine may use."""
    with _world(folder, embedder, reader) as world:
        world.callers.append(Who("loopback", "staff", {}, STAFF))
        world.documents |= {name: world.document(name) for name in DOCUMENTS}
        yield world


@contextmanager
def _world(folder: Path, embedder: Embedder, reader: Reader, **more: object) -> Iterator[World]:
    # Behind a proxy, so that each caller can have an address.
    settings = load_settings(
        data_dir=folder / "data",
        trusted_proxies="127.0.0.1",
        keep_originals="all",
        **dict.fromkeys(RATES, PLENTY),
        **more,
    )
    library = open_library(settings)
    index = Index(library, embedder, open_generations(settings, embedder.name))
    intake = open_intake(settings, index)
    app = asyncio.run(_built(settings, Assistant(index, reader, settings), intake))
    access = open_access(settings, library)
    with TestClient(app, base_url=ORIGIN, client=("127.0.0.1", 4711), follow_redirects=False) as client:
        world = World(
            app, client, access, index, open_conversations(settings, library), open_feedback(settings, library),
            intake, folder,
        )  # fmt: skip
        world.sites |= {name: access.widget.sites.add([page]) for name, page in PAGES.items()}
        yield world
    index.close()


async def _built(settings: Settings, assistant: Assistant, intake: Intake) -> FastAPI:
    # Gradio would make an event loop where none runs, and leave it unclosed.
    return build(settings, assistant, intake)


def _missing(kind: Kind, pattern: str) -> str:
    """An id of nothing, that looks like this one."""
    if kind == "key":
        return f"{pattern[:21]}{'A' * (len(pattern) - 21)}"
    return "x" * len(pattern) if kind in {"collection", "place", "model"} else "0" * len(pattern)
