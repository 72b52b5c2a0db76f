"""Numbers, dates, countries and negations of a sentence, compared across languages."""

from __future__ import annotations

import pytest

from assistant.dates import dates_in
from assistant.fact_agreement import contradicts
from assistant.negation import polarity_of
from assistant.numbers import numbers_in
from assistant.territories import countries_named, may_name


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("24 Nov 2011", "en"),
        ("24 November 2011", "en"),
        ("24.11.2011", "de"),
        ("2011-11-24", "en"),
        ("24/11/2011", "fr"),
        ("24 نوفمبر 2011", "ar"),
        ("٢٤ تشرين الثاني ٢٠١١", "ar"),
        ("24 noiembrie 2011", "ro"),
        ("24 листопада 2011", "uk"),
        ("24 novembre 2011", "it"),
        ("24 de noviembre de 2011", "es"),
    ],
)
def test_one_date_however_it_is_written(text: str, language: str) -> None:
    day = numbers_in("24 November 2011", "en"), dates_in("24 November 2011", "en")
    assert day[0].agree(numbers_in(text, language))
    assert day[1].agree(dates_in(text, language))
    assert not dates_in("24 December 2011", "en").agree(dates_in(text, language))
    assert not numbers_in("25 November 2011", "en").agree(numbers_in(text, language))


@pytest.mark.parametrize(
    ("written", "language", "source", "source_language", "agree"),
    [
        ("1,469 people", "en", "١٬٤٦٩ شخصا", "ar", True),
        ("ten languages", "en", "وهي متوفرة بعشر لغات", "ar", True),
        ("10 Sprachen", "de", "dix langues", "fr", True),
        ("open from 2 to 8 pm", "en", "14:00 – 20:00 Uhr", "de", True),
        ("opens at 8 am", "en", "20:00 Uhr", "de", False),
        ("in the 16th century", "en", "secolul al XVI-lea", "ro", True),
        ("12 weeks", "en", "12 semaines", "fr", True),
        ("12 weeks", "en", "12 mois", "fr", False),
        ("30 euros", "en", "30 €", "de", True),
        ("30 euros", "en", "30 dolari", "ro", False),
        ("30 %", "en", "30 Prozent", "de", True),
        ("seven people", "en", "اجتماع", "ar", False),
        ("call 0700 111 222", "en", "0700 111 222", "it", True),
        ("since the 1970s", "en", "dagli anni '70", "it", True),
        ("dagli anni '70", "it", "since the 1980s", "en", False),
        ("20,000 troops", "en", "20 ألف جندي", "ar", True),
        ("20,000 troops", "en", "20 جندي", "ar", False),
        ("two powers", "en", "القوتين", "ar", True),
        ("2 powers", "en", "القوتين", "ar", False),
        ("zwei Wochen", "de", "the two-week holidays", "en", True),
        ("four years", "en", "dreijährige Ausbildung", "de", False),
        ("three years", "en", "dreijährige Ausbildung", "de", True),
        ("troisième", "fr", "drittgrößte", "de", True),
        ("порталі А3", "uk", "the A3 portal", "en", True),
        ("seven years", "en", "السنوات السبع", "ar", True),
    ],
)
def test_numbers_with_units(written: str, language: str, source: str, source_language: str, agree: bool) -> None:
    assert numbers_in(written, language).agree(numbers_in(source, source_language)) is agree


@pytest.mark.parametrize(
    ("written", "language", "source", "source_language", "agree"),
    [
        ("on Mondays", "en", "montags", "de", True),
        ("on Mondays", "en", "понеділка", "uk", True),
        ("on Tuesday", "en", "lundi", "fr", False),
        ("you may come", "en", "vous pouvez venir", "fr", True),
        ("in May 2020", "en", "en juin 2020", "fr", False),
        ("cea mai mare", "ro", "the largest", "en", True),
        ("trei luni", "ro", "three months", "en", True),
        ("per E-Mail", "de", "by letter", "en", True),
        ("el mayor proyecto", "es", "the largest project", "en", True),
        ("cu 12% mai greu", "ro", "12% heavier", "en", True),
        ("la 12 mai", "ro", "on 12 June", "en", False),
        ("المشروع الأحدث", "ar", "the newest project", "en", True),
    ],
)
def test_months_and_weekdays(written: str, language: str, source: str, source_language: str, agree: bool) -> None:
    assert dates_in(written, language).agree(dates_in(source, source_language)) is agree


@pytest.mark.parametrize(
    ("written", "language", "source", "source_language", "flipped"),
    [
        ("It is not free.", "en", "Es ist kostenlos.", "de", True),
        ("It is not open.", "en", "Es ist nicht offen.", "de", False),
        ("Nu este permis.", "ro", "It is permitted.", "en", True),
        ("لا يمكن ذلك", "ar", "This is possible.", "en", True),
        ("Это нельзя", "ru", "It is allowed", "en", False),
        ("Il n'y a que deux bureaux.", "fr", "There are only two offices.", "en", False),
        ("Il n'est pas vrai que la carte est gratuite.", "fr", "The card is free.", "en", True),
        ("before the exam", "en", "nach der Prüfung", "de", True),
        ("before the exam", "en", "avant l'examen", "fr", False),
        ("at most 3 days", "en", "al menos 3 días", "es", True),
        ("all families", "en", "nessuna famiglia", "it", True),
        ("It is illegal to work.", "en", "Il n'est pas permis de travailler.", "fr", False),
        ("Sin embargo, es gratuito.", "es", "However, it is free.", "en", False),
        ("لا يزال ذلك ممكنا", "ar", "This is still possible.", "en", False),
        ("You may work without restrictions.", "en", "Du darfst uneingeschränkt arbeiten.", "de", False),
        ("You may work without a permit.", "en", "Du darfst mit Erlaubnis arbeiten.", "de", True),
    ],
)
def test_negations_and_turns(written: str, language: str, source: str, source_language: str, flipped: bool) -> None:
    assert polarity_of(written, language).flipped(polarity_of(source, source_language)) is flipped


def test_countries_in_every_language() -> None:
    assert countries_named("في ألمانيا وفرنسا", "ar") == {"DE", "FR"}
    assert countries_named("in den Vereinigten Arabischen Emiraten", "xx") == frozenset()
    assert may_name("громадяни Німеччини", "uk", "DE")
    assert not may_name("громадяни Франції", "uk", "DE")
    assert may_name("in the South of the U.S.", "en", "US")
    assert may_name("citoyens de l'UE", "fr", "EU")
    assert not may_name("in the South of France", "en", "US")


def test_the_title_supplies_numbers_but_no_negation() -> None:
    compared = ("The plan of 2016 is not final.", "en", "The plan is final.", "en")
    assert contradicts(*compared, "Report 2016, not for print")
    assert not contradicts("The plan of 2016 is final.", "en", "The plan is final.", "en", "Report 2016")
