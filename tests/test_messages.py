from __future__ import annotations

import re
import tomllib
import unicodedata
from pathlib import Path
from string import Formatter

import pytest

from assistant import messages
from assistant.messages import keys, languages, message

FOLDER = Path(messages.__file__).parent
EIGHT = ("ar", "en", "es", "fr", "it", "ro", "so", "uk")
ALL = sorted(path.stem for path in FOLDER.glob("*.toml"))
# The script of each catalogue that is not in Latin letters, as Unicode names its letters.
SCRIPTS = {"ar": "ARABIC", "ru": "CYRILLIC", "uk": "CYRILLIC"}
# Letters that no text of the language can long do without; a file saved under another name lacks some.
OWN_LETTERS = {"es": "áíó", "fr": "êèé", "it": "èò", "ro": "ășțî", "ru": "ыэё", "uk": "іїє"}
# Names that stay in Latin letters everywhere.
NAMES = {"page_nav_api"}
CEDILLAS = "şţŞŢ"


def catalogue(language: str) -> dict[str, str]:
    with (FOLDER / f"{language}.toml").open("rb") as file:
        return tomllib.load(file)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def scripts(text: str) -> set[str]:
    """The scripts of the letters of `text`, its placeholders aside."""
    letters = (char for char in re.sub(r"\{\w+\}", "", text) if char.isalpha())
    return {unicodedata.name(char).split()[0] for char in letters}


def test_the_languages_are_those_with_a_catalogue() -> None:
    assert list(languages()) == ALL
    assert set(EIGHT) <= set(languages())


def test_keys_are_those_of_english() -> None:
    assert keys() == catalogue("en").keys()


@pytest.mark.parametrize("language", ALL)
def test_every_catalogue_has_the_english_keys_in_their_order(language: str) -> None:
    assert list(catalogue(language)) == list(catalogue("en"))


@pytest.mark.parametrize("language", ALL)
def test_every_text_has_the_english_placeholders(language: str) -> None:
    english = catalogue("en")
    for key, text in catalogue(language).items():
        assert placeholders(text) == placeholders(english[key]), key


@pytest.mark.parametrize("language", ALL)
def test_no_text_is_empty_or_has_stray_space(language: str) -> None:
    for key, text in catalogue(language).items():
        assert isinstance(text, str), key
        assert text, key
        assert text == " ".join(part for part in text.split(" ") if part), key
        assert text == unicodedata.normalize("NFC", text), key


@pytest.mark.parametrize("language", ALL)
def test_every_text_is_in_the_letters_of_its_language(language: str) -> None:
    for key, text in catalogue(language).items():
        expected = "LATIN" if key in NAMES else SCRIPTS.get(language, "LATIN")
        # One look-alike letter of another script is a fault.
        assert scripts(text) == {expected}, key


@pytest.mark.parametrize(("language", "letters"), OWN_LETTERS.items())
def test_a_catalogue_has_the_letters_of_its_own_language(language: str, letters: str) -> None:
    text = "".join(catalogue(language).values()).lower()
    assert [letter for letter in letters if letter not in text] == []


@pytest.mark.parametrize(("language", "foreign"), [("ru", "іїєґ"), ("uk", "ыэёъ"), ("ro", CEDILLAS)])
def test_a_catalogue_has_no_letter_of_a_neighbour(language: str, foreign: str) -> None:
    for key, text in catalogue(language).items():
        assert not set(foreign) & set(text), key


@pytest.mark.parametrize("language", [language for language in ALL if language != "en"])
def test_no_sentence_is_left_in_english(language: str) -> None:
    english = catalogue("en")
    for key, text in catalogue(language).items():
        # Single words may well be the same ("Sources" is French too).
        assert text != english[key] or len(text.split()) < 3, key


@pytest.mark.parametrize("language", ALL)
def test_values_fill_the_placeholders(language: str) -> None:
    for key, text in catalogue(language).items():
        values = dict.fromkeys(placeholders(text), "{7}")
        filled = message(key, language, **values)
        assert filled.count("{7}") == text.count("{"), key


def test_an_unknown_language_falls_back_to_english() -> None:
    for language in ("xx", "und", "", "../en"):
        assert message("answer_sources", language) == catalogue("en")["answer_sources"]


def test_an_unknown_key_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        message("no_such_key", "en")
