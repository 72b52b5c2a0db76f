from __future__ import annotations

import pytest

from assistant.asked_contact import contact_asked

HOURS = "The legal desk in Dunmere opens at eleven every Thursday morning."


def lacks_contact(question: str, sentence: str) -> bool:
    holds = contact_asked(question)
    return holds is not None and not holds(sentence)


@pytest.mark.parametrize(
    "question",
    [
        "What is the telephone number of the legal desk in Dunmere?",
        "What's your phone number?",
        "And what is the phone number?",
        "phone number of the office",
        "Quel est le numéro de téléphone du bureau ?",
        "Qual è il numero di telefono dello sportello?",
        "¿Cuál es el número de teléfono de la oficina?",
        "Care este numărul de telefon al biroului?",
        "Wie lautet die Telefonnummer des Büros?",
        "Який номер телефону офісу?",
        "Какой номер телефона приюта?",
        "ما هو رقم هاتف المكتب؟",
        "Waa maxay lambarka taleefanka xafiiska?",
    ],
)
def test_only_digits_answer_who_asks_for_a_telephone_number(question: str) -> None:
    assert lacks_contact(question, HOURS)
    assert lacks_contact(question, "Write to desk@example.org, from 9 to 17.")
    assert not lacks_contact(question, "Call 0123 / 45 67.")
    assert not lacks_contact(question, "اتصل على ١١٢")


@pytest.mark.parametrize(
    "question",
    [
        "What is the e-mail address of the press officer?",
        "Quelle est l'adresse e-mail ?",
        "Qual è l'indirizzo e-mail?",
        "¿Cuál es el correo electrónico?",
        "Care este adresa de e-mail?",
        "Яка адреса електронної пошти?",
        "ما هو البريد الإلكتروني لمسؤول الإعلام؟",
    ],
)
def test_only_an_address_answers_who_asks_for_one(question: str) -> None:
    assert lacks_contact(question, "Call 0123 / 45 67.")
    assert not lacks_contact(question, "Mail: press@example.org")
    assert not lacks_contact(question, "press (at) example.org")


@pytest.mark.parametrize(
    "question",
    [
        "When does the legal desk open?",
        "Can I apply by e-mail?",
        "Do I need a phone number to register?",
        "How can I change my phone number?",
        "What documents do I need to register a phone number?",
        "Les numéros de téléphone portable sont-ils accessibles même sans crédit ?",
    ],
)
def test_other_questions_are_answered_without_one(question: str) -> None:
    assert not lacks_contact(question, HOURS)
