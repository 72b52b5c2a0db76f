"""Opens the server that keeps vectors, by its address."""

from __future__ import annotations

from urllib.parse import urlsplit

from index.chroma_server import ChromaServer
from index.errors import InvalidSetting
from index.vector_store import VectorServer

SCHEMES = ("chroma", "chroma+https")


def open_vector_server(url: str) -> VectorServer:
    """Nothing is sent before the first use. Raises `InvalidSetting`."""
    try:
        address = urlsplit(url)
        named = address.scheme in SCHEMES and address.hostname and address.port != 0
    except ValueError as error:
        raise InvalidSetting("vectors_url is no address of a server: chroma://host:8000.") from error
    if not named:
        raise InvalidSetting(f"vectors_url must begin with one of {', '.join(SCHEMES)}, as in chroma://host:8000.")
    return ChromaServer(url)
