"""What the embedding model reads of a passage, and the key its vector is kept under."""

from __future__ import annotations

import hashlib

from index.document import DocumentDraft


def passage_text(context: str, text: str) -> str:
    """A passage with its context in front: what both engines index."""
    return f"{context}\n{text}" if context else text


def embedding_key(model: str, text: str) -> bytes:
    """SHA-256 of the model's name and the text; equal keys mean equal vectors, so no text is embedded twice."""
    return hashlib.sha256(f"{model}\x00{text}".encode("utf-8", "surrogatepass")).digest()


def keyed_texts(draft: DocumentDraft, model: str) -> list[tuple[bytes, str]]:
    """Key and text of each passage of a draft, in order."""
    texts = [passage_text(p.context, draft.text[p.span.start : p.span.end]) for p in draft.passages]
    return [(embedding_key(model, text), text) for text in texts]
