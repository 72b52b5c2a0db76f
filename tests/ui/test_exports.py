"""Exports, each read back by its own format's reader."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from importlib.resources import files
from typing import Any

import pytest
import rispy
from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import LatexDecodingMiddleware
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db

from ui.exports.format import WRITINGS, Format
from ui.exports.record import Quote, Record, one_line
from ui.exports.spreadsheet import inert

TITLES = {
    "en": ["Night shelters & “quiet” rooms", 'The "blue" desk: 50% of {braces} and C:\\a_2', "= 2 + 3", "@ho -- 'x'"],
    "ar": ["دليل لمّ شمل الأسرة {٢٠٢٤}", "ملاحظات: «المأوى» – الفصل \\ الثاني"],
    "uk": ["Посібник з возз’єднання сім’ї", "Житло {для всіх} ~ 2018^2"],
    "fr": ["L’hébergement d’urgence : l’été", "Œuvre } ouverte { à tous"],
    "zh": ["收容所指南", "家庭团聚$100#1"],
    "ro": ["Ghid – reîntregirea familiei ș ț"],
}  # fmt: skip
AUTHORS = ["Anna Rossi", "محمد علي", "Олена Шевченко", "Harbour and Sons {Ltd}", "O'Neil, Sean", "Meridian \\ Agency"]
ORGANISATIONS = [None, "Meridian Migration Agency", "Служба & партнери", "منظمة الهجرة"]
QUOTES = [
    "One line.\nTY  - RPRT\nER  - \nTwo.",
    "سطر أول\r\nسطر ثانٍ",
    "a } b { c\u2028d",
    "-1 \\ %comment",
    "=HYPERLINK()",
]


def records(count: int = 200, quoted: bool = False) -> list[Record]:
    choose = random.Random(11)
    made = []
    for number in range(count):
        language = choose.choice(list(TITLES))
        document = f"{number:020x}"
        day = choose.choice([None, date(1999 + number % 27, 1 + number % 12, 1 + number % 28)])
        made.append(
            Record(
                id=document, document_id=document, genre=choose.choice(["report", "webpage", "document"]),
                title=f"{choose.choice(TITLES[language])} {number}",
                authors=tuple(choose.sample(AUTHORS, choose.randint(0, 3))), organisation=choose.choice(ORGANISATIONS),
                date=day, language=language, country=choose.choice([None, "IT"]), theme=choose.choice([None, "aid"]),
                collection="default", is_public=choose.random() < 0.5,
                origin=choose.choice([f"https://example.org/a;b?x={{{number}}}&y=%20_~#p", f"file {number}.pdf"]),
                address=f"http://127.0.0.1:8000/documents/{document}",
            )
        )  # fmt: skip
    if not quoted:
        return made
    return [
        replace(record, id=f"{record.id}-{n}", quote=Quote(QUOTES[n % 5], choose.choice([None, n]), "Part {1}\\"))
        for n, record in enumerate(made)
    ]


def written(format_: Format, made: Iterable[Record]) -> str:
    text = WRITINGS[format_].write(list(made))
    return text.encode("utf-8").decode("utf-8")


Read = dict[str, object]


def of_ris(text: str) -> list[Read]:
    return [
        {
            "id": entry["id"], "title": entry["title"], "authors": entry.get("authors", []),
            "date": entry.get("date", "").replace("/", "-") or None, "language": entry["language"],
            "url": entry["urls"][0].replace("%3B", ";"), "organisation": entry.get("publisher"),
            "quote": entry.get("notes", [None])[0], "page": entry.get("start_page"), "section": entry.get("section"),
        }
        for entry in rispy.loads(text)
    ]  # fmt: skip


def decoder() -> LatexNodes2Text:
    """The reader's own, told three of LaTeX's names that it lacks."""
    names = {"textbraceleft": "{", "textbraceright": "}", "textasciicircum": "^"}
    context = get_default_latex_context_db()
    context.add_context_category("text", [MacroTextSpec(name, sign) for name, sign in names.items()], prepend=True)
    return LatexNodes2Text(latex_context=context)


def of_bibtex(text: str) -> list[Read]:
    raw = parse_string(text).entries_dict
    reader = decoder()
    library = parse_string(text, append_middleware=[LatexDecodingMiddleware(decoder=reader)])
    assert library.failed_blocks == []
    found = []
    for entry in library.entries:
        values = {field.key: field.value for field in entry.fields}
        names = raw[entry.key].get("author")
        authors = re.split(r"(?<=}) and (?={)", str(names.value)) if names else []
        found.append(
            {
                "id": entry.key, "title": values["title"], "date": values.get("date"), "language": values["language"],
                "authors": [reader.latex_to_text(author[1:-1]) for author in authors], "url": raw[entry.key]["url"],
                "organisation": values.get("institution", values.get("organization")),
                "quote": values.get("annotation"), "page": values.get("pages"), "section": values.get("chapter"),
            }
        )  # fmt: skip
    return found


def of_csl(text: str) -> list[Read]:
    return [
        {
            "id": item["id"], "title": item["title"], "authors": [name["literal"] for name in item.get("author", [])],
            "date": date(*item["issued"]["date-parts"][0]).isoformat() if "issued" in item else None,
            "language": item["language"], "url": item["URL"], "organisation": item.get("publisher"),
            "quote": item.get("note"), "page": item.get("page"), "section": item.get("section"),
        }
        for item in json.loads(text)
    ]  # fmt: skip


def of_csv(text: str) -> list[Read]:
    def plain(cell: str) -> str:
        return cell[1:] if cell.startswith("'") and inert(cell[1:]) == cell else cell

    rows: csv.DictReader[str] = csv.DictReader(io.StringIO(text.encode().decode("utf-8-sig"), newline=""))
    found: list[Read] = []
    for row in rows:
        cells = {name: plain(cell) or None for name, cell in row.items()}
        authors = cells["authors"].split("; ") if cells["authors"] else []
        kept = {name: cells[name] for name in ("id", "title", "date", "language", "url", "organisation")}
        found.append({**kept, "authors": authors, **{name: cells[name] for name in ("quote", "page", "section")}})
    return found


def of_jsonld(text: str) -> list[Read]:
    found = []
    body = json.loads(text)
    assert body["@context"] == "https://schema.org"
    for node in body["@graph"]:
        part = node.get("isPartOf", {})
        chapter: dict[str, Any] = part if part.get("@type") == "Chapter" else {}
        work = (chapter or node).get("isPartOf", node)
        found.append(
            {
                "id": node["identifier"], "title": work["headline"], "date": work.get("datePublished"),
                "authors": [name["name"] for name in work.get("author", [])], "language": node["inLanguage"],
                "url": node["url"], "organisation": work.get("publisher", {}).get("name"),
                "quote": node.get("text"), "page": chapter.get("pagination"), "section": chapter.get("name"),
            }
        )  # fmt: skip
    return found


READERS: dict[Format, Callable[[str], list[Read]]] = {
    Format.RIS: of_ris, Format.BIBTEX: of_bibtex, Format.CSL: of_csl, Format.CSV: of_csv, Format.JSONLD: of_jsonld,
}  # fmt: skip
ONE_LINE = {Format.RIS, Format.BIBTEX}


def expected(record: Record, format_: Format) -> Read:
    quote = record.quote
    text = quote.text if quote else None
    url = record.url or ""
    if format_ is Format.BIBTEX:
        url = url.replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C")
    return {
        "id": record.id, "title": record.title, "authors": list(record.authors), "language": record.language,
        "date": record.date.isoformat() if record.date else None, "url": url, "organisation": record.organisation,
        "quote": one_line(text) if text and format_ in ONE_LINE else text,
        "page": str(quote.page) if quote and quote.page is not None else None,
        "section": quote.section if quote else None,
    }  # fmt: skip


@pytest.mark.parametrize("quoted", [False, True])
@pytest.mark.parametrize("format_", Format)
def test_two_hundred_records_come_back_whole(format_: Format, quoted: bool) -> None:
    made = records(quoted=quoted)
    read = READERS[format_](written(format_, made))
    assert len(read) == len(made) == 200
    for record, found in zip(made, read, strict=True):
        assert found == expected(record, format_)


@pytest.mark.parametrize("format_", Format)
def test_nothing_found_is_an_export_too(format_: Format) -> None:
    assert READERS[format_](written(format_, [])) == []


def official(name: str) -> set[str]:
    """The names that the schema of CSL allows, as the citation processor carries it."""
    path = files("citeproc") / "data" / "schema" / "schemas" / "styles" / f"csl-{name}.rnc"
    return set(re.findall(r'"([\w-]+)"', path.read_text(encoding="utf-8")))


def test_csl_uses_the_names_of_its_schema() -> None:
    # Of the input alone, not of styles.
    allowed = official("variables") | {"id", "type"}
    items = json.loads(written(Format.CSL, [*records(), *records(quoted=True)]))
    assert {name for item in items for name in item} - allowed == set()
    assert {item["type"] for item in items} <= official("types")


def test_a_citation_processor_renders_every_item() -> None:
    source = CiteProcJSON(json.loads(written(Format.CSL, records(40, quoted=True))))
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    bibliography = CitationStylesBibliography(style, source, formatter.plain)
    for key in source:
        bibliography.register(Citation([CitationItem(key)]))
    entries = [str(entry) for entry in bibliography.bibliography()]
    assert len(entries) == 40
    shown = "".join(entries)
    assert all(record.title.split()[0].strip("“”\"'«»:") in shown for record in records(40, quoted=True))


@pytest.mark.parametrize("cell", ["=1+1", "+39", "-1", "@x", "\t=1", "\r=1", "'=1", "''-1", "\n=1"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert inert(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "plain", "'quoted'", "1-1", "نص"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert inert(cell) == cell
