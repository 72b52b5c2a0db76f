"""The forms that documents come in by: files that are dropped or chosen, and addresses on the web.

The page's script sends them to `/v1/documents`, as any program would: what is refused there is refused here.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from assistant.messages import message
from index.document import Audience
from ingest.files import LARGEST
from ui.bodies.job import MOST_URLS
from ui.chat.escaping import escape
from ui.chat.library.choices import audience_html, collection_html
from ui.chat.library.reasons import reason_text, refusals
from ui.upload_form import MOST_FILES

COLLECTION = "default"
_MEGABYTE = 1024**2


def upload_html(known: Sequence[str], own: Collection[str] | None, language: str) -> str:
    """The forms, with the collections that are `known`; for those who see only their `own`, no addresses.

    A page is known by its address, in whatever collection it is, so such people may not read any.
    """
    collections = list(known) if own is None else sorted(own)
    first = COLLECTION if own is None or COLLECTION in own else next(iter(collections), "")
    forms = _files_html(first, collections, language)
    forms += _addresses_html(first, collections, language) if own is None else ""
    return f'<h2>{_text("library_add", language)}</h2><div class="md-lib-forms">{forms}</div>'


def _files_html(first: str, known: Sequence[str], language: str) -> str:
    limits = message("library_limits", language, files=MOST_FILES, size=LARGEST // _MEGABYTE)
    sidecar = message("library_sidecar", language, csv="metadata.csv", yaml="metadata.yaml")
    return (
        f'<form data-library="files" data-largest="{LARGEST}"{_texts(language)}>'
        f'<label class="md-lib-drop"><strong>{_text("library_drop", language)}</strong>'
        '<input type="file" name="files" multiple required aria-describedby="md-lib-limits"></label>'
        f'<p id="md-lib-limits" class="md-lib-hint">{escape(limits)} {escape(sidecar)}</p>'
        '<ul class="md-lib-chosen"></ul>'
        f"{_labels(first, known, 'md-lib-c1', language)}{_end('library_upload', language)}</form>"
    )


def _addresses_html(first: str, known: Sequence[str], language: str) -> str:
    hint = message("library_addresses_hint", language, limit=MOST_URLS)
    return (
        f'<form data-library="addresses"{_texts(language)}>'
        f'<label class="md-lib-field"><span>{_text("library_addresses", language)}</span>'
        '<textarea name="urls" rows="3" required dir="ltr" aria-describedby="md-lib-hint"></textarea></label>'
        f'<p id="md-lib-hint" class="md-lib-hint">{escape(hint)}</p>'
        f"{_labels(first, known, 'md-lib-c2', language)}{_end('library_read', language)}</form>"
    )


def _labels(first: str, known: Sequence[str], id_: str, language: str) -> str:
    return audience_html(Audience.INTERNAL, language) + collection_html(first, id_, known, language)


def _end(button: str, language: str) -> str:
    """The button, and the line that says how it goes: it is there from the start, so that a change of it is read."""
    label = _text("library_sending", language)
    return (
        f'<button type="submit" class="md-lib-do">{_text(button, language)}</button>'
        f'<progress class="md-lib-sending" max="1" value="0" aria-label="{label}" hidden></progress>'
        '<p class="md-lib-said" role="status"></p>'
    )


def _texts(language: str) -> str:
    """What the script may have to say, each as an attribute."""
    said = {code.replace("_", "-"): text for code, text in refusals(language).items()}
    said["sent"] = message("library_sent", language)
    said["lost"] = message("chat_unreachable", language)
    said["bad-address"] = reason_text("bad_address", language)
    return "".join(f' data-say-{name}="{escape(text)}"' for name, text in said.items())


def _text(key: str, language: str) -> str:
    return escape(message(key, language))
