"""`eval extraction`, on texts small enough to check by hand, and its targets on the public guide."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.__main__ import main
from eval.extraction import common_letters, covered, measure, plain
from tests.ingest.pdf_files import page_objects, raw_pdf, text


def test_plain_letters() -> None:
    markdown = "## **Titolo**\n\n- L’[elenco](https://example.org/a_b 'x')<br>\n\n|a|b|\n|-|-|\n<footer>sito</footer>"
    assert plain(markdown) == "titolol'elencoab"
    assert plain("\ufb01ne “così” – 1&nbsp;000") == 'fine"così"1000'


@pytest.mark.parametrize(
    ("first", "second", "length"),
    [("", "abc", 0), ("abc", "abc", 3), ("abcdef", "defabc", 3), ("ricorso", "risorsa", 5), ("aaaa", "aa", 2)],
)
def test_common_letters(first: str, second: str, length: int) -> None:
    assert common_letters(first, second) == common_letters(second, first) == length


def test_covered_letters_stand_in_long_common_runs() -> None:
    run = "abcdefghijklmnop"
    assert covered(f"x{run}y", f"12{run}34") == [False, *[True] * 16, False]
    assert not any(covered(run[:15], run))


def test_what_is_missing_is_told_from_what_another_edition_has(tmp_path: Path) -> None:
    """The file says more than the Markdown, the Markdown more than the file, and one hidden line is not extracted."""
    shared, hidden = "The office is open on Monday and on Friday.", "Bring a passport and two photographs with you."
    extra, newer = "Closed in August of every year.", "Since May there is a second office in Vale."
    file = tmp_path / "a.pdf"
    content = text(shared, 760) + text(hidden, 740, before="1 g") + text(extra, 720)
    file.write_bytes(raw_pdf(page_objects(content)))
    found = measure(file, plain(f"{shared}\n\n{hidden}\n\n{newer}"))
    letters = {name: len(plain(words)) for name, words in (("s", shared), ("h", hidden), ("e", extra), ("n", newer))}
    whole = letters["s"] + letters["h"] + letters["n"]
    assert found.recall == pytest.approx(letters["s"] / (letters["s"] + letters["h"]))
    assert found.precision == 1
    assert found.only_markdown == pytest.approx(letters["n"] / whole)
    assert found.only_document == pytest.approx(letters["e"] / (letters["s"] + letters["e"]))
    assert found.similarity < 0.9
    assert found.pages_right == found.pages_checked > 0


def test_the_public_guide(shared_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The PDF reaches .97 as it is. The DOCX is an older edition, out of order in the file: its own letters, bare, are
    no more like the Markdown than what is read of it, and of them no more than its table of contents is left out."""
    folder = str(shared_data / "documents" / "guida_ricongiungimento_milano")
    with pytest.raises(SystemExit, match="0"):
        main(["extraction", folder, "--against", folder, "--json", str(tmp_path / "figures.json")])
    assert "like .md" in capsys.readouterr().out
    figures = json.loads((tmp_path / "figures.json").read_text("utf-8"))
    pdf, docx = figures["GUIDA_aggiornata-15_05_2018.pdf"], figures["input.docx"]
    assert pdf["similarity"] >= 0.97
    assert min(pdf["of_shared"], docx["of_shared"]) >= 0.99
    assert docx["similarity"] >= docx["file_similarity"] > 0.86
    assert docx["similarity_to_file"] >= 0.97
    assert pdf["pages_right"] == pdf["pages_checked"] > 200


def test_nothing_to_compare_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.md").write_text("Text.", encoding="utf-8")
    with pytest.raises(SystemExit, match="2"):
        main(["extraction", str(tmp_path), "--against", str(tmp_path / "a.md")])
    assert "nothing to compare" in capsys.readouterr().err
