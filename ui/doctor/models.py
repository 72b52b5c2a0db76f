"""The embedding model, the reader, the server of the vectors, and the chat model."""

from __future__ import annotations

import hashlib
import os
from contextlib import closing
from pathlib import Path

from langchain_core.messages import HumanMessage

from assistant import reader
from assistant.chat_provider import open_chat_model
from assistant.chat_stream import ChatModelFailed, pieces_of
from assistant.settings import Settings
from assistant.wiring import BUNDLED
from index.bundled import FILE_SHA256, FOLDER_NAME, is_usable, read_package_file
from index.errors import InvalidSetting, ModelUnavailable, VectorsForeign, VectorsUnavailable
from index.vector_server import open_vector_server
from ui.doctor.finding import Finding, failed, ok, warning

_READER = Path(reader.__file__).with_name("reader.safetensors")
_PROBE = "Write the word yes."


def check_embedding_model(settings: Settings) -> Finding:
    name = settings.embedding_model
    if name != BUNDLED:
        if os.path.isdir(name) or ":" in name:
            return ok("embedding model", f"{name}; it is loaded with the first search.")
        sentence = f"{name} may be fetched from the hub when it is loaded, which needs the network."
        return warning("embedding model", sentence, "Fetch it once and set embedding_model to its folder.")
    try:
        read_package_file()
    except ModelUnavailable as error:
        return failed("embedding model", error.message, "Install the package again, as the sentence says.")
    unpacked = "unpacked" if is_usable(settings.models_dir / FOLDER_NAME) else "to be unpacked at the first start"
    return ok("embedding model", f"The bundled one is whole (SHA-256 {FILE_SHA256[:12]}…) and {unpacked}.")


def check_reader() -> Finding:
    try:
        digest = hashlib.sha256(_READER.read_bytes()).hexdigest()
    except OSError as error:
        return failed("reader", f"The reader's weights cannot be read: {error.strerror}.", "Install missiondesk again.")
    return ok("reader", f"The reader's weights are there (SHA-256 {digest[:12]}…).")


def check_vector_server(settings: Settings) -> Finding:
    """Asks it for its version."""
    if settings.vectors_url is None:
        return ok("vectors", "They are kept in the data folder.")
    remedy = "Start it, or change vectors_url. Until then searches are by words alone, and nothing is lost."
    try:
        with closing(open_vector_server(settings.vectors_url.get_secret_value())) as server:
            server.check()
            return ok("vectors", f"Their server answers at {server.address}.")
    except InvalidSetting as error:
        return failed("vectors", error.message, "Change the setting vectors_url, or install what it needs.")
    except VectorsForeign as error:
        return failed("vectors", error.message, "Use a version that docs/deployment.md names.")
    except VectorsUnavailable as error:
        return failed("vectors", error.message, remedy)


def check_chat_model(settings: Settings) -> Finding:
    """Asks it for one word, with the time-outs that answers have."""
    remedy = "See that the model runs and that its address and key are right. Until then answers are copied sentences."
    try:
        model = open_chat_model(settings)
    except InvalidSetting as error:
        return failed("chat model", error.message, "Change the setting chat_model, or install what it needs.")
    if model is None:
        return ok("chat model", "None is set: answers are made of copied sentences.")
    seconds = (settings.chat_first_token_seconds, settings.chat_seconds)
    try:
        answered = "".join(pieces_of(model, [HumanMessage(_PROBE)], *seconds)).strip()
    except ChatModelFailed as error:
        return failed("chat model", f"{settings.chat_model} does not answer: {error}.", remedy)
    if not answered:
        return failed("chat model", f"{settings.chat_model} answers with nothing.", remedy)
    return ok("chat model", f"{settings.chat_model} answers.")
