from __future__ import annotations

from datetime import date

import pytest

from ingest.dates import find_date, head_date, is_date_line


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("24 Nov 2011", date(2011, 11, 24)),
        ("9 Decembrie 2016, Constanța", date(2016, 12, 9)),
        ("Roma, 1º aprile 2019", date(2019, 4, 1)),
        ("1er février 2020", date(2020, 2, 1)),
        ("Madrid, 1 de marzo de 2024", date(2024, 3, 1)),
        ("12 مايو 2024", date(2024, 5, 12)),
        ("١٢ مايو ٢٠٢٤", date(2024, 5, 12)),
        ("بيروت، 3 كانون الثاني 2023", date(2023, 1, 3)),
        ("5 березня 2024 року", date(2024, 3, 5)),
        ("7 мая 2022 г.", date(2022, 5, 7)),
        ("Muqdisho, 14 Maarso 2024", date(2024, 3, 14)),
        ("12-ka Luulyo 2023", date(2023, 7, 12)),
        ("March 3rd, 2024", date(2024, 3, 3)),
        ("3. März 2021", date(2021, 3, 3)),
        ("2024-05-01", date(2024, 5, 1)),
        ("2022/03/13", date(2022, 3, 13)),
        ("15.03.2021", date(2021, 3, 15)),
        ("12/31/2020", date(2020, 12, 31)),
        ("2024. március 5.", date(2024, 3, 5)),
    ],
)
def test_dates(text: str, day: date) -> None:
    assert find_date(text) == day


@pytest.mark.parametrize(
    "text",
    [
        "Chisinau, June 13",
        "FAMI/15.03.02",
        "31.02.2020",
        "1.469.247,47 lei",
        "tel. 0766.304.610",
        "May 2024",
        "",
        "5 of 2024",
    ],
)
def test_no_date(text: str) -> None:
    assert find_date(text) is None


def test_the_first_date_counts() -> None:
    assert find_date("From 3 May 2020 to 2021-06-01") == date(2020, 5, 3)


def test_head_date_reads_date_lines_and_datelines_only() -> None:
    body = (
        "Fundația a organizat miercuri, în sala Prefecturii, la data de 07 decembrie 2016, o întâlnire cu partenerii."
    )
    assert head_date(["9 Decembrie 2016, Constanța", body]) == date(2016, 12, 9)
    assert head_date(["Titlu", body]) is None
    assert head_date(["ROMA, 5 marzo 2024 – " + "L'OIM ha aperto un ufficio. " * 10]) == date(2024, 3, 5)
    assert head_date([]) is None


def test_is_date_line() -> None:
    assert is_date_line("9 Decembrie 2016, Constanța")
    assert not is_date_line("Raport anual despre activitatea biroului din anul 2016 până la 3 mai 2017")


def test_a_note_on_the_edition_dates_the_document() -> None:
    handbook = (
        "Country Office Handbook, third edition, issued 6 May 2019. The rules of 1 March 2015 no longer hold for us."
    )
    internal = (
        "INTERNE – ne pas diffuser. Lyon, le 11 janvier 2024. De : Bastien Morvan, administrateur. À : la direction."
    )
    assert head_date(["Chapter 7", handbook]) == date(2019, 5, 6)
    assert head_date([internal]) == date(2024, 1, 11)
