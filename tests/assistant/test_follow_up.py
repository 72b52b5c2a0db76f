"""Questions that go on from the one before: recognised, completed, and never mixed up with a new topic."""

from __future__ import annotations

import pytest

from assistant.exchange import MOST_CHARACTERS, MOST_EXCHANGES, Exchange, bounded
from assistant.follow_up import Leaning, language_of, leaning
from assistant.standalone import standalone
from index.scope import EVERYTHING, PUBLIC_ONLY
from tests.assistant.conftest import Build
from tests.assistant.test_assistant import assert_sound

OPENING = "When does the office in Marseille open?"


def after(question: str, language: str) -> Exchange:
    return Exchange(question, language, question)


@pytest.mark.parametrize(
    ("language", "before", "question", "searched"),
    [
        ("en", "What papers do I need in Italy?", "and in Romania?", "What papers do I need in Romania?"),
        ("en", "What papers do I need in Italy?", "What about Romania?", "What papers do I need in Romania?"),
        ("it", "Che documenti servono in Italia?", "E la Romania?", "Che documenti servono in Romania?"),
        ("it", "Quando è aperto l'ufficio di Torino?", "E quello di Lecce?", "Quando è aperto l'ufficio di Lecce?"),
        ("ro", "Ce acte imi trebuie in Italia?", "si in Franta?", "Ce acte imi trebuie in Franta?"),
        ("fr", "Quels papiers faut-il en Italie ?", "Et en Roumanie ?", "Quels papiers faut-il en Roumanie ?"),
        ("fr", "Le prix pour un adulte ?", "Et pour un enfant ?", "Le prix pour un enfant ?"),
        ("es", "¿Qué papeles necesito en Italia?", "¿y en Rumanía?", "¿Qué papeles necesito en Rumanía?"),
        ("de", "Was brauche ich in Italien?", "Und in Rumänien?", "Was brauche ich in Rumänien?"),
        ("uk", "Які документи потрібні в Італії?", "а в Румунії?", "Які документи потрібні в Румунії?"),
        ("ru", "Когда открыт офис в Турине?", "А в Аммане?", "Когда открыт офис в Аммане?"),
        ("ar", "ما هي الأوراق المطلوبة في إيطاليا؟", "وفي رومانيا؟", "ما هي الأوراق المطلوبة في رومانيا؟"),
        ("ar", "متى يفتح مكتب عمّان؟", "ومكتب بيروت؟", "متى يفتح مكتب بيروت؟"),
        ("so", "Goorma ayuu furan yahay xafiiska Muqdisho?", "Iyo Roma?", "Goorma ayuu furan yahay xafiiska Roma?"),
        ("en", "How many people came in 2022?", "And in 2023?", "How many people came in 2023?"),
    ],
)
def test_what_a_question_puts_in_the_place_of_another_replaces_it(
    language: str, before: str, question: str, searched: str
) -> None:
    asked_in = language_of(question, after(before, language))
    assert asked_in == language
    assert leaning(question, asked_in, after(before, language)) is Leaning.SURE
    assert standalone(question, asked_in, before, language) == searched


@pytest.mark.parametrize(
    ("language", "before", "question"),
    [
        ("en", "Who can use Family Links?", "How much does it cost?"),
        ("it", "Che cos'è lo sportello donna?", "Chi lo coordina?"),
        ("ro", "Unde se țin cursurile?", "Și cât durează?"),
        ("fr", "Qui peut demander l'aide ?", "Combien ça coûte ?"),
        ("es", "¿Qué es Ponte Sicuro?", "¿Y cuánto cuesta el billete?"),
        ("ar", "كم مدة الإقامة في دار الإيواء؟", "وهل يمكن تمديدها؟"),
        ("uk", "Як подати заявку?", "Скільки це коштує?"),
        ("so", "Waa immisa lacagta faylka?", "Carruurtase?"),
        ("ru", "Сколько стоит воссоединение семьи?", "А для детей?"),
    ],
)
def test_what_replaces_nothing_is_read_beside_the_question_before(language: str, before: str, question: str) -> None:
    previous = after(before, language)
    assert leaning(question, language_of(question, previous), previous) is Leaning.SURE
    assert standalone(question, language, before, language) == f"{before} {question}"


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "How much is the translation in Palermo?"),
        ("en", "Is it possible to work without knowing Romanian?"),
        ("it", "Che cos'è Puerta Abierta?"),
        ("ro", "Câți bani primește un adult care se întoarce din Franța?"),
        ("fr", "Où se trouve le refuge « Lypa » ?"),
        ("es", "¿Hasta qué fecha se aceptan las solicitudes del programa?"),
        ("ar", "كم يدفع البالغ مقابل ملف لمّ شمل الأسرة؟"),
        ("uk", "Скільки коштує справа про возз'єднання родини для дорослого?"),
        ("so", "Waa maxay Puerta Abierta?"),
        ("de", "Wie bekomme ich einen Sprachkurs?"),
    ],
)
def test_a_question_in_its_own_right_is_left_alone(language: str, question: str) -> None:
    previous = after("When is the office in Turin open?", "en")
    assert leaning(question, language_of(question, previous), previous) is Leaning.NO


def test_a_name_given_up_is_given_up_where_the_question_is_a_whole_one() -> None:
    searched = standalone("How long does it take in Palermo?", "en", "How much is the course in Turin?", "en")
    assert "Turin" not in searched
    assert searched.endswith("How long does it take in Palermo?")


def test_a_short_question_is_in_the_language_of_the_one_before_where_it_could_be() -> None:
    assert language_of("А в Бродах?", after("Коли бригада буває в Самборі?", "uk")) == "uk"
    assert language_of("And in Amman?", after("Quando è aperto l'ufficio di Torino?", "it")) == "en"
    assert language_of("2023?", after("Quante persone sono arrivate?", "it")) == "it"


@pytest.mark.parametrize("question", ["a", "7", "و", "???y", "И", "\u202e x", "https://example.org/x", "½", "e", "l'"])
def test_odd_questions_after_another_are_no_trouble(build: Build, question: str) -> None:
    answer = build().answer(question, scope=EVERYTHING, previous=[after(OPENING, "en"), after("?", "xx")])
    assert_sound(answer, build)


def test_only_the_last_exchanges_count_and_none_is_long() -> None:
    kept = bounded([after(str(number), "en") for number in range(9)] + [after("x" * 9000, "en")])
    assert [exchange.question[:1] for exchange in kept] == ["4", "5", "6", "7", "8", "x"][-MOST_EXCHANGES:]
    assert max(len(exchange.searched) for exchange in kept) == MOST_CHARACTERS


# -- with documents ----------------------------------------------------------------------------------------------------


def test_the_answer_to_a_following_question_is_found_and_says_what_was_searched(build: Build) -> None:
    first = build().answer("How long is the language course in Marseille?", scope=PUBLIC_ONLY)
    assert first.searched is None
    answer = build().answer("And how much does it cost?", scope=PUBLIC_ONLY, previous=[Exchange.of(first)])
    assert answer.question == "And how much does it cost?"
    assert answer.searched == "How long is the language course in Marseille? And how much does it cost?"
    assert answer.status == "answered"
    assert "free of charge" in answer.text
    assert_sound(answer, build)


def test_a_third_question_refers_to_the_topic_of_the_first(build: Build) -> None:
    previous: list[Exchange] = []
    for question in (OPENING, "And in Torino?", "and how many families did it help?"):
        answer = build().answer(question, scope=PUBLIC_ONLY, previous=previous)
        previous.append(Exchange.of(answer))
    assert previous[1].searched == "When does the office in Torino open?"
    assert answer.searched == "When does the office in Torino open? and how many families did it help?"
    assert "386" in answer.text
    assert "Marseille" not in answer.searched


def test_a_new_topic_is_answered_as_if_nothing_had_been_asked_before(build: Build) -> None:
    question = "Quante famiglie ha assistito lo sportello di Torino?"
    alone = build().answer(question, scope=PUBLIC_ONLY)
    answer = build().answer(question, scope=PUBLIC_ONLY, previous=[after(OPENING, "en")])
    assert answer.searched is None
    assert (answer.text, answer.language) == (alone.text, "it")


def test_where_words_leave_it_open_the_passages_decide(build: Build) -> None:
    marseille = Exchange.of(build().answer(OPENING, scope=PUBLIC_ONLY))
    assert marseille.documents
    fits = build().answer("Passport and photographs?", scope=PUBLIC_ONLY, previous=[marseille])
    assert fits.searched == f"{OPENING} Passport and photographs?"
    other = build().answer("Numero verde?", scope=PUBLIC_ONLY, previous=[marseille])
    assert other.searched is None


def test_what_was_asked_before_opens_no_document_outside_the_scope(build: Build) -> None:
    staff = Exchange.of(build().answer("What is the duty telephone of the Marseille office?", scope=EVERYTHING))
    answer = build().answer("And the canary?", scope=PUBLIC_ONLY, previous=[staff])
    assert answer.searched is not None
    assert "Quetzal" not in repr(answer)
    assert "0700" not in repr(answer.citations)
