from __future__ import annotations

import unicodedata
from datetime import date
from pathlib import Path

import pytest

from index.document import Audience, DocumentSummary
from index.index import Index
from index.library import Library
from index.scope import EVERYTHING, PUBLIC_ONLY
from ingest.described import described
from ingest.item import Item
from ingest.origin import Origin
from ingest.pipeline import IngestReport, ingest
from ingest.pool import Pool
from ingest.sidecar import parse_sidecar
from tests.ingest.conftest import CountingEmbedder

TEXT = "Help desk {n} in Portovento\n\nThe desk number {n} is open on Monday. Every service of desk {n} is free.\n"
HEADER = "file,title,date,language,authors,organisation,country,theme,audience,collection\n"
NORWAY = "title: Norway\n  country: NO\n  date: 2024-03-05"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "office"
    (folder / "sub").mkdir(parents=True)
    for number, name in enumerate(("a.txt", "b.txt", "sub/c.txt")):
        (folder / name).write_text(TEXT.format(n=number))
    return folder


class Office:
    """A folder that is ingested again and again, and what the library then holds by name of file."""

    def __init__(self, folder: Path, library: Library, index: Index, pool: Pool) -> None:
        self.folder, self.library, self._index, self._pool = folder, library, index, pool

    def sidecar(self, text: str, name: str = "metadata.csv") -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    def ingest(self, audience: Audience = Audience.PUBLIC, path: str = "") -> IngestReport:
        paths = [str(self.folder / path)]
        return ingest(paths, lambda: self._index, self.library, audience=audience, pool=self._pool)

    def document(self, name: str) -> DocumentSummary:
        return next(d for d in self.library.documents(EVERYTHING) if d.uri.endswith(name))

    def public(self) -> list[str]:
        return sorted(d.uri.rpartition("/")[2] for d in self.library.documents(PUBLIC_ONLY))


@pytest.fixture
def office(folder: Path, library: Library, index: Index, children: Pool) -> Office:
    return Office(folder, library, index, children)


def messages(report: IngestReport) -> list[tuple[str, str, str]]:
    return [(item.uri, item.error.code, item.error.message) for item in report.items if item.error is not None]


def test_a_sidecar_overrides_what_the_document_says(office: Office) -> None:
    office.sidecar(
        HEADER + 'a.txt,Opening hours,2024-03-05,it,"Anna Rossi; Ion Popa",Red Cross,Italia,reception,internal,desks\n'
    )
    report = office.ingest()
    assert (report.added, report.failed) == (3, 0)
    a = office.document("a.txt")
    assert (a.title, a.date, a.language) == ("Opening hours", date(2024, 3, 5), "it")
    assert (a.authors, a.organisation, a.country, a.theme) == (
        ("Anna Rossi", "Ion Popa"),
        "Red Cross",
        "IT",
        "reception",
    )
    assert (a.audience, a.collection) == (Audience.INTERNAL, "desks")
    b = office.document("b.txt")
    assert (b.audience, b.collection, b.authors) == (Audience.PUBLIC, "default", ())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("metadata.yaml", f"a.txt:\n  {NORWAY}\n  authors: [Anna Rossi, Ion Popa]\n"),
        ("metadata.yml", f"- file: a.txt\n  {NORWAY}\n  authors: Anna Rossi; Ion Popa\n"),
        (
            "metadata.csv",
            '\ufeffFile;Title;Country;Date;Authors\r\na.txt;Norway;NO;2024-03-05;"Anna Rossi; Ion Popa"\r\n',
        ),
    ],
)
def test_every_form_says_the_same(office: Office, name: str, text: str) -> None:
    office.sidecar(text, name)
    assert office.ingest().failed == 0
    a = office.document("a.txt")
    assert (a.title, a.country, a.date, a.authors) == ("Norway", "NO", date(2024, 3, 5), ("Anna Rossi", "Ion Popa"))


def test_a_changed_row_updates_its_document_alone(office: Office, counting: CountingEmbedder) -> None:
    office.sidecar("file,theme\na.txt,health\n")
    office.ingest()
    assert office.ingest().unchanged == 3
    counting.texts.clear()
    office.sidecar("file,theme\na.txt,work\n")
    report = office.ingest()
    assert (report.updated, report.unchanged) == (1, 2)
    assert office.document("a.txt").theme == "work"
    assert counting.texts == []
    (office.folder / "metadata.csv").unlink()
    assert office.ingest().updated == 1
    assert office.document("a.txt").theme is None


def test_a_sidecar_never_makes_public(office: Office) -> None:
    office.sidecar("file,audience\na.txt,public\n")
    report = office.ingest(Audience.INTERNAL)
    assert office.public() == []
    assert [code for _, code, _ in messages(report)] == ["not_widened"]
    assert office.ingest(Audience.PUBLIC).failed == 0
    assert office.public() == ["a.txt", "b.txt", "c.txt"]
    office.sidecar("file,audience\na.txt,internal\n")
    office.ingest(Audience.PUBLIC)
    assert office.public() == ["b.txt", "c.txt"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("a.txt,,,,,,,,interal,", "the audience 'interal' is neither public nor internal"),
        ("a.txt,,3/4/24,,,,,,,", "the date '3/4/24' is not written like 2024-03-05"),
        ("a.txt,,2024-02-30,,,,,,,", "'2024-02-30' is not written like"),
        ("a.txt,,,English,,,,,,", "the language 'English' is not a code"),
        ("a.txt,,,,,,Atlantis,,,", "the country 'Atlantis' is neither"),
        ("a.txt,Rome, Italy,,,,,,,internal,", "is not written like"),  # a comma moved every value one column on
        ("a.txt,,,,,,,,,,internal", "more values than there are columns"),
    ],
)
def test_a_row_that_cannot_be_understood(office: Office, row: str, reason: str) -> None:
    """It fails by name, is believed in nothing, and its file is internal until it is mended."""
    office.ingest()
    office.sidecar(HEADER + row + "\nb.txt,Desk,,,,,,,,\n")
    report = office.ingest()
    ((uri, code, message),) = messages(report)
    assert (uri, code) == ("office/metadata.csv", "bad_metadata")
    assert "Row 2 (a.txt)" in message
    assert reason in message
    assert office.public() == ["b.txt", "c.txt"]
    assert office.document("b.txt").title == "Desk"
    office.sidecar(HEADER)
    assert office.ingest().failed == 0
    assert office.public() == ["a.txt", "b.txt", "c.txt"]


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("metadata.csv", "file,audiance\na.txt,internal\n", "the unknown column `audiance`"),
        ("metadata.csv", "name,audience\na.txt,internal\n", "no column `file`"),
        ("metadata.csv", 'file,audience\n"a.txt,internal\n', "not CSV"),
        ("metadata.csv", "", "no column `file`"),
        ("metadata.csv", "file,audience\n,internal\n", "does not say which file"),
        ("metadata.yaml", "a.txt: [", "cannot be used"),
        ("metadata.yaml", "title: My book\nauthor: Somebody\n", "it must name files"),
        ("metadata.yaml", "a.txt: &a {title: x}\nb.txt: *a\n", "references are not allowed"),
        ("metadata.yaml", "a.txt:\n  audience: internal\na.txt:\n  title: x\n", "a.txt is given twice"),
    ],
)
def test_a_sidecar_that_cannot_be_used(office: Office, name: str, text: str, reason: str) -> None:
    """It may have called any of its files internal, so all are until it is mended."""
    office.sidecar(text, name)
    report = office.ingest()
    assert (report.added, report.failed) == (3, 1)
    ((uri, code, message),) = messages(report)
    assert (uri, code) == (f"office/{name}", "bad_metadata")
    assert reason in message
    assert office.public() == []


def test_two_sidecars_in_one_folder(office: Office) -> None:
    office.sidecar("file,theme\na.txt,health\n")
    office.sidecar("a.txt:\n  theme: work\n", "metadata.yaml")
    report = office.ingest()
    assert "keep one of them" in messages(report)[0][2]
    assert (report.added, report.failed, office.public()) == (3, 1, [])


def test_a_row_for_a_file_that_is_not_there(office: Office) -> None:
    office.sidecar("file,theme,audience\nA.txt,health,\nb.txt,work,\n")
    assert "describes A.txt, and there is no such file" in messages(office.ingest())[0][2]
    assert office.public() == ["a.txt", "b.txt", "c.txt"]
    # Which file was to be internal is not known: it may be any that has no row.
    office.sidecar("file,theme,audience\nA.txt,health,internal\nb.txt,work,\n")
    assert office.ingest().failed == 1
    assert office.public() == ["b.txt"]


def test_a_file_with_two_rows(office: Office) -> None:
    office.sidecar("file,audience\na.txt,internal\na.txt,public\n")
    assert "another row already" in messages(office.ingest())[0][2]
    assert office.public() == ["b.txt", "c.txt"]


def test_nearer_sidecars_go_first_and_the_least_audience_holds(office: Office) -> None:
    office.sidecar("file,theme,organisation,audience\nsub/c.txt,health,Red Cross,internal\n")
    office.sidecar("file,theme,audience\nc.txt,work,public\n", "sub/metadata.csv")
    assert office.ingest().failed == 0
    c = office.document("c.txt")
    assert (c.theme, c.organisation, c.audience) == ("work", "Red Cross", Audience.INTERNAL)


@pytest.mark.parametrize("path", ["a.txt", "sub", "sub/c.txt"])
def test_what_is_named_alone_is_described_too(office: Office, path: str) -> None:
    office.sidecar("file,audience\na.txt,internal\nsub/c.txt,internal\n")
    office.ingest()
    report = office.ingest(path=path)
    assert (report.unchanged, report.failed, len(report.items)) == (1, 0, 1)
    assert office.public() == ["b.txt"]


def test_names_in_another_form(office: Office) -> None:
    decomposed = unicodedata.normalize("NFD", "ghid în română.txt")
    (office.folder / decomposed).write_text(TEXT.format(n=8))
    office.sidecar("file,theme,audience\nghid în română.txt,health,internal\n.\\sub\\c.txt,work,\n")
    assert office.ingest().failed == 0
    assert office.document(decomposed).theme == "health"
    assert office.document("c.txt").theme == "work"


def test_a_sidecar_alone(office: Office) -> None:
    office.sidecar("file,theme\na.txt,health\n")
    report = office.ingest(path="metadata.csv")
    assert (report.failed, len(report.items)) == (1, 1)
    assert "ingest its folder" in messages(report)[0][2]


def test_an_original_that_is_not_there(office: Office) -> None:
    office.sidecar("file,translation_of\na.txt,none.txt\nb.txt,https://x.org/page\n")
    assert [message for *_, message in messages(office.ingest())] == [
        "It calls none.txt the original of a translation, and there is no such file."
    ]


def test_thousands_of_rows() -> None:
    rows = "".join(f"{number}.txt,Title {number},internal\n" for number in range(5000))
    sidecar = parse_sidecar(f"file,title,audience\n{rows}".encode(), "metadata.csv")
    assert (len(sidecar.rows), sidecar.faults) == (5000, [])


def told(rows: str, sidecar: str, *sources: str) -> list[Audience | None]:
    """What is stated of the audience of these files, in a run with one sidecar."""
    items = [Item(Origin(source, source, source), rows.encode) for source in (sidecar, *sources)]
    return [item.origin.stated.audience for item in described(items, Audience.PUBLIC)[: len(sources)]]


def test_archives_are_folders_too() -> None:
    """Sources of files inside an archive are those of the archive with `#` and the inner path."""
    archive = "file:///office/a.zip"
    internal, nothing = Audience.INTERNAL, None
    files = (f"{archive}#a.txt", f"{archive}#sub/b.txt")
    assert told("file,audience\nsub/b.txt,internal\n", f"{archive}#metadata.csv", *files) == [nothing, internal]
    assert told("file,audience\nb.txt,internal\n", f"{archive}#sub/metadata.csv", *files) == [nothing, internal]
    rows = "file,audience\na.zip,internal\n"
    assert told(rows, "file:///office/metadata.csv", *files, "file:///office/a.zip") == [internal] * 3


def test_a_site_does_not_describe_itself() -> None:
    rows = "file,audience\na.html,internal\n"
    items = [Item(Origin(f"https://x.org/{name}", name, name), rows.encode) for name in ("metadata.csv", "a.html")]
    assert [item.origin.stated.audience for item in described(items, Audience.PUBLIC)] == [None, None]
