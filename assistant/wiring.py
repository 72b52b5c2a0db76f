"""Chooses the engines by the settings. The one place that imports them, and only when they are needed:

an unchanged `ingest`, `documents` or `--help` must not wait for a model to load.
"""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

from assistant.chat_provider import open_chat_model
from assistant.settings import Settings
from index.database import open_database
from index.errors import InvalidSetting, ModelUnavailable
from index.library import Library
from index.original_parts import shared_originals
from index.originals import FOLDER, Originals
from index.space import Space

if TYPE_CHECKING:
    from limits.storage import Storage

    from assistant.access import Access
    from assistant.assistant import Assistant
    from assistant.audit import Audit
    from assistant.conversations import Conversations
    from assistant.feedback import Feedback
    from assistant.limiter import Limiter
    from assistant.reader import Reader
    from index.embedding import Embedder, SentenceTransformerEmbedder
    from index.generations import Generations
    from index.index import Index
    from index.reranking import Reranker

BUNDLED = "bundled"
BUNDLED_NAME = "bundled/multilingual-e5-small-q4"
FALLBACK_NAME = "intfloat/multilingual-e5-small"
E5_SMALL = (BUNDLED_NAME, FALLBACK_NAME)
"""How the names of embedding models begin whose weights the reader's change and the whitening belong to."""

LATE = "late-interaction"
NO_RERANKER = "none"
IN_MEMORY = "memory://"
SERVICE = "service:"
"""How the names of re-rankers begin that another server runs."""

_KEPT_KINDS = {
    "none": (), "pdf": ("pdf",),
    "all": ("pdf", "docx", "odt", "pptx", "xlsx", "epub", "csv", "eml", "markdown", "text"),
}  # fmt: skip
"""Files of web pages are never kept: opened from a disk, their scripts would run. Their address is their original."""

_log = logging.getLogger(__name__)


def open_library(settings: Settings) -> Library:
    """The library alone: no model is loaded. Raises `LibraryUnusable` and its kinds."""
    url = settings.database_url.get_secret_value() if settings.database_url else ""
    engine = open_database(settings.data_dir, url)
    space = Space(settings.data_dir, settings.min_free_megabytes)
    originals = Originals(
        settings.data_dir / FOLDER, _KEPT_KINDS[settings.keep_originals], settings.original_megabytes << 20,
        shared_originals(engine),
    )  # fmt: skip
    return Library(engine, space, originals)


def open_index(settings: Settings, library: Library | None = None) -> Index:
    """The library with its search engines and embedding model. Raises `LibraryUnusable`, `ModelUnavailable`."""
    from index.index import Index

    library = library or open_library(settings)
    embedder = open_embedder(settings)
    generations = open_generations(settings, embedder.name)
    return Index(library, embedder, generations, open_reranker(settings))


def open_generations(settings: Settings, model: str) -> Generations:
    """Raises `InvalidSetting`."""
    from index.generations import Generations

    url = settings.vectors_url.get_secret_value() if settings.vectors_url else ""
    return Generations(settings.data_dir / "generations", model, url)


def open_assistant(settings: Settings) -> Assistant:
    """Everything that answers questions. Raises `LibraryUnusable`, `ModelUnavailable`, `InvalidSetting`."""
    from assistant.assistant import Assistant

    chat_model = open_chat_model(settings)
    index = open_index(settings)
    return Assistant(index, open_reader(settings, index.embedder), settings, chat_model)


def open_reader(settings: Settings, embedder: Embedder) -> Reader:
    """The reader, over the weights of the bundled model whatever model embeds. Raises `ModelUnavailable`."""
    from transformers import BertModel

    from assistant.reader import Reader
    from index.embedding import SentenceTransformerEmbedder

    if not isinstance(embedder, SentenceTransformerEmbedder) or not embedder.name.startswith(E5_SMALL):
        embedder = _open_bundled(settings)
    encoder = embedder.encoder
    if not isinstance(encoder, BertModel):
        raise ModelUnavailable(f"The encoder of {embedder.name} is a {type(encoder).__name__}, not a BertModel.")
    try:
        return Reader(encoder, embedder.tokenizer())
    except OSError as error:
        raise ModelUnavailable(f"The reader's weights cannot be read: {error}. Install missiondesk again.") from error


def open_reranker(settings: Settings) -> Reranker | None:
    """The re-ranker of the settings, or None. Raises `ModelUnavailable`, `InvalidSetting`."""
    from index.reranking import LATE_INTERACTION

    name = settings.reranker
    if name in {NO_RERANKER, LATE}:
        return LATE_INTERACTION if name == LATE else None
    if name.startswith(SERVICE):
        return _rerank_service(settings, name.removeprefix(SERVICE))
    from index.cross_encoder import CrossEncoder

    try:
        return CrossEncoder(name, offline=os.path.isdir(name))
    except (OSError, ValueError) as error:
        raise ModelUnavailable(f"The re-ranker {name} cannot be loaded: {error}") from error


def _rerank_service(settings: Settings, model: str) -> Reranker:
    from index.rerank_service import RerankService

    if settings.reranker_url is None or not model:
        raise InvalidSetting(
            "A re-ranking service needs its model in the setting reranker, as in service:MODEL, and its address in "
            "the setting reranker_url."
        )
    key = settings.reranker_key
    return RerankService(str(settings.reranker_url), model, key.get_secret_value() if key else None)


def open_access(settings: Settings, library: Library) -> Access:
    """Who is calling, by the library's own keys and secrets."""
    from assistant.access import Access

    return Access(
        library,
        settings.widget_session_seconds,
        sign_in_hours=settings.sign_in_hours,
        accounts=settings.oidc_issuer is not None,
    )


def open_limiter(settings: Settings, library: Library) -> Limiter:
    """What counts sessions and questions. Raises `InvalidSetting`."""
    from assistant.budget import Budget
    from assistant.limiter import Limiter, Rates

    rates = Rates(
        address_sessions=settings.widget_address_sessions,
        address_questions=settings.widget_address_questions,
        session_questions=settings.widget_session_questions,
        site_sessions=settings.widget_site_sessions,
        site_questions=settings.widget_site_questions,
        owner_questions=settings.owner_questions,
    )
    budget = Budget(
        library.engine, per_site=settings.widget_site_daily_questions, overall=settings.widget_daily_questions
    )
    return Limiter(rates, _rate_storage(settings, library), budget)


def _rate_storage(settings: Settings, library: Library) -> Storage:
    """Where calls are counted: by default where the library is, if that is a database that servers share."""
    from limits.errors import ConfigurationError
    from limits.storage import Storage, storage_from_string

    address = settings.rate_storage
    if address is None and library.engine.dialect.name == "postgresql":
        from assistant.window_rows import WindowRows

        return WindowRows(library.engine)
    if address is None or address == IN_MEMORY:
        from assistant.window_memory import WindowMemory

        return WindowMemory()
    try:
        storage = storage_from_string(address, wrap_exceptions=True)
    except (ConfigurationError, ImportError) as error:
        raise InvalidSetting(f"The setting rate_storage cannot be used: {error}") from error
    if not isinstance(storage, Storage):
        raise InvalidSetting("The setting rate_storage must name a store that is not asynchronous.")
    return storage


def open_conversations(settings: Settings, library: Library) -> Conversations:
    """The conversations kept in this library; those that have ended are deleted."""
    from assistant.conversations import Conversations

    # A model that answers too late is given up after two tries; whatever takes longer than both has been killed.
    answer_seconds = 2 * settings.chat_seconds + 60
    conversations = Conversations(
        library.engine, days=settings.conversation_days, answer_seconds=answer_seconds, share_days=settings.share_days
    )
    conversations.forget_ended()
    return conversations


def open_feedback(settings: Settings, library: Library) -> Feedback:
    """The feedback kept in this library; what is too old is deleted."""
    from assistant.feedback import Feedback

    feedback = Feedback(library.engine, days=settings.feedback_days)
    feedback.forget_old()
    return feedback


def open_audit(settings: Settings, library: Library) -> Audit:
    """Who did what in this library; entries whose time is over are removed."""
    from assistant.audit import Audit

    audit = Audit(library.engine)
    audit.forget(settings.audit_days)
    return audit


def open_embedder(settings: Settings) -> Embedder:
    """The embedding model of the settings. Raises `ModelUnavailable` with the remedy."""
    name = settings.embedding_model
    if name == BUNDLED:
        return _open_bundled(settings)
    provider, _, model = name.partition(":")
    if model and not os.path.exists(name):
        return _open_provider(provider, name)
    from index.embedding import SentenceTransformerEmbedder
    from index.whitening import load_whitenings

    try:
        whitenings = load_whitenings() if name == FALLBACK_NAME else None
        return SentenceTransformerEmbedder(name, name=name, offline=os.path.isdir(name), whitenings=whitenings)
    except (OSError, ValueError) as error:
        raise ModelUnavailable(f"The embedding model {name} cannot be loaded: {error}") from error


def _open_bundled(settings: Settings) -> SentenceTransformerEmbedder:
    from index.bundled import BundledModelMissing, unpack_bundled_model
    from index.embedding import SentenceTransformerEmbedder
    from index.whitening import load_whitenings

    try:
        folder = unpack_bundled_model(settings.models_dir)
    except BundledModelMissing as missing:
        _log.warning("the bundled model's package is not installed; loading %s from the hub", FALLBACK_NAME)
        try:
            return SentenceTransformerEmbedder(
                FALLBACK_NAME, name=FALLBACK_NAME, offline=False, whitenings=load_whitenings()
            )
        except (OSError, ValueError) as error:
            raise ModelUnavailable(f"{missing.message} The hub cannot be reached either.") from error
    except OSError as error:
        raise ModelUnavailable(f"The model cannot be unpacked into {settings.models_dir}: {error.strerror}.") from error
    return SentenceTransformerEmbedder(str(folder), name=BUNDLED_NAME, offline=True, whitenings=load_whitenings())


def _open_provider(provider: str, name: str) -> Embedder:
    from langchain.embeddings import init_embeddings

    from index.embedding import ProviderEmbedder

    try:
        return ProviderEmbedder(init_embeddings(name), name)
    except (ImportError, ValueError) as error:
        raise ModelUnavailable(f"The embedding model {name} cannot be used: {error}") from error
