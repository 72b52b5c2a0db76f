"""Opens the server that keeps vectors, by its address. The one place that imports the engines of servers."""

from __future__ import annotations

from urllib.parse import urlsplit

from index.chroma_server import ChromaServer
from index.errors import InvalidSetting
from index.vector_store import VectorServer

CHROMA = ("chroma", "chroma+https")
POSTGRESQL = ("postgresql", "postgresql+psycopg")


def open_vector_server(url: str) -> VectorServer:
    """Nothing is sent before the first use. Raises `InvalidSetting`."""
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname) and parts.port != 0
    except ValueError as error:
        raise InvalidSetting("vectors_url is no address of a server, such as chroma://host:8000.") from error
    if named and parts.scheme in CHROMA:
        return ChromaServer(url)
    if named and parts.scheme in POSTGRESQL:
        return _open_pgvector(url)
    raise InvalidSetting(
        "vectors_url must be like chroma://host:8000, chroma+https://host or postgresql://name@host/database."
    )


def _open_pgvector(url: str) -> VectorServer:
    try:
        from index.pgvector import PgvectorServer
    except ImportError as error:
        raise InvalidSetting('vectors_url needs one more package: pip install "missiondesk[postgresql]".') from error
    return PgvectorServer(url)
