from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from index.document import Audience
from index.index import Index
from index.library import Library
from index.scope import EVERYTHING, PUBLIC_ONLY, Scope
from ingest.block import Reading
from ingest.origin import Origin
from ingest.pipeline import ingest
from ingest.pool import Pool
from ingest.translated import translation_names

EN = "The help desk of the town is open on Monday, and every service of the desk is free for people who arrive."
RO = "Biroul de ajutor al orașului este deschis luni și toate serviciile sunt gratuite pentru cei care sosesc."
IT = "Lo sportello della città è aperto il lunedì e tutti i servizi sono gratuiti per le persone che arrivano."


def languages(library: Library, scope: Scope = EVERYTHING) -> dict[str, list[str]]:
    """By name of file: the languages in which each document can be had besides its own."""
    return {d.uri.rpartition("/")[2]: [t.language for t in d.translations] for d in library.documents(scope)}


def write(folder: Path, files: dict[str, str]) -> str:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return str(folder)


def page(language: str, text: str, links: dict[str, str], canonical: str = "") -> str:
    alternates = "".join(f'<link rel="alternate" hreflang="{c}" href="{href}">' for c, href in links.items())
    own = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    return f"<!doctype html><html lang='{language}'><head>{own}{alternates}</head><body><h1>x</h1><p>{text}</p></body>"


def test_one_text_in_five_languages(
    shared_data: Path, tmp_path: Path, library: Library, index: Index, children: Pool
) -> None:
    folder = tmp_path / "couchers"
    shutil.copytree(shared_data / "documents" / "couchers", folder)
    ingest([str(folder)], lambda: index, library, audience=Audience.PUBLIC, pool=children)
    found = languages(library)
    assert found["hosting-refugees_ro.md"] == ["en", "hu", "pl", "uk"]
    assert all(len(others) == 4 for others in found.values())
    romanian = next(d for d in library.documents(EVERYTHING) if d.language == "ro")
    library.remove(romanian.id)
    assert languages(library)["hosting-refugees_en.md"] == ["hu", "pl", "uk"]


def test_names_and_folders(tmp_path: Path, library: Library, index: Index, children: Pool) -> None:
    folder = write(
        tmp_path / "office",
        {
            "guide.en.md": EN, "guide_ro.txt": RO, "it-guide.md": IT, "en/desk.md": EN + " Really.",
            "ro/desk.txt": RO + " Da.", "hr/contacts.md": EN + " Human resources.", "it/contacts.md": IT + " Contatti.",
            "plain.md": EN + " Alone.",
        },
    )  # fmt: skip
    ingest([folder], lambda: index, library, audience=Audience.PUBLIC, pool=children)
    assert languages(library) == {
        "guide.en.md": ["it", "ro"], "guide_ro.txt": ["en", "it"], "it-guide.md": ["en", "ro"], "desk.md": ["ro"],
        "desk.txt": ["en"], "contacts.md": [], "plain.md": [],
    }  # fmt: skip


def test_pages_that_name_each_other(tmp_path: Path, library: Library, index: Index, children: Pool) -> None:
    site = {"en": "https://x.org/en/desk", "ro": "https://x.org/ro/birou", "x-default": "https://x.org/"}
    folder = write(
        tmp_path / "site",
        {
            "a.html": page("en", EN, site, site["en"]),
            "b.html": page("ro", RO, site, site["ro"]),
            # It calls the English page its translation, which does not call it so.
            "c.html": page("it", IT, {"en": site["en"]}, "https://elsewhere.org/it"),
        },
    )
    ingest([folder], lambda: index, library, audience=Audience.PUBLIC, pool=children)
    assert languages(library) == {"a.html": ["ro"], "b.html": ["en"], "c.html": []}


def test_front_pages_linked_from_everywhere_join_nothing(
    tmp_path: Path, library: Library, index: Index, children: Pool
) -> None:
    fronts = {"en": "https://x.org/en", "ro": "https://x.org/ro"}
    folder = write(
        tmp_path / "site",
        {
            "desk.html": page("en", EN, fronts, "https://x.org/en/desk"),
            "taxe.html": page("ro", RO, fronts, "https://x.org/ro/taxe"),
        },
    )
    ingest([folder], lambda: index, library, audience=Audience.PUBLIC, pool=children)
    assert languages(library) == {"desk.html": [], "taxe.html": []}


def test_a_sidecar_names_the_original(tmp_path: Path, library: Library, index: Index, children: Pool) -> None:
    rows = "file,translation_of\nghid.md,guide.md\n"
    folder = write(tmp_path / "office", {"guide.md": EN, "ghid.md": RO, "metadata.csv": rows})
    assert ingest([folder], lambda: index, library, audience=Audience.PUBLIC, pool=children).failed == 0
    assert languages(library) == {"guide.md": ["ro"], "ghid.md": ["en"]}


def test_an_internal_translation_is_not_told_of(tmp_path: Path, library: Library, index: Index, children: Pool) -> None:
    rows = "file,audience\nguide.ro.md,internal\n"
    folder = write(tmp_path / "office", {"guide.en.md": EN, "guide.ro.md": RO, "guide.it.md": IT, "metadata.csv": rows})
    ingest([folder], lambda: index, library, audience=Audience.PUBLIC, pool=children)
    assert languages(library, PUBLIC_ONLY) == {"guide.en.md": ["it"], "guide.it.md": ["en"]}
    assert languages(library)["guide.en.md"] == ["it", "ro"]


@pytest.mark.parametrize(
    ("source", "language", "names"),
    [
        ("https://x.org/ro/despre", "ro", ("place https://x.org/*/despre",)),
        ("https://x.org/pt-BR/sobre", "pt", ("place https://x.org/*/sobre",)),
        ("https://it.org/about", "it", ()),
        ("file:///docs/it/report.pdf", "en", ()),
        ("file:///docs/report_ro.pdf", "ro", ("place file:///docs/report",)),
        ("file:///docs/report.pt-BR.docx", "pt", ("place file:///docs/report",)),
        ("file:///docs/it.md", "it", ()),
        ("file:///docs/credit.md", "it", ()),
    ],
)
def test_places(source: str, language: str, names: tuple[str, ...]) -> None:
    assert translation_names(Origin(source, "", ""), Reading(()), language) == names
