"""Questions for a telephone number or an address of electronic mail, which only a sentence that holds one answers.

"What is the telephone number of the legal desk?" is not answered by the desk's hours, however much else they share.
Each is told by its form in any language, so nothing has to be learned. Only questions that ask for the thing itself are
taken: "Can I apply by e-mail?" is answered without an address.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from index.analysis import fold
from index.digits import plain_digits

LONGEST_GAP = 3
"""Words between the word that asks and what it asks for, as in "what is the telephone number"."""
SHORTEST_NUMBER = 3
"""Digits of the shortest telephone number, such as 112."""

_ASKING = """what whats which tell give
    qual quale quali quel quelle quels cual cuales care ce wie welche was lautet
    який яка яке які какой какая каков скажите
    ما ماهو maxay waa maxaa cfare cila ne nedir"""
_TELEPHONE = (
    r"(?:tele)?phone numbers?", r"phone no", r"(?:mobile|hotline|fax) number",
    r"numer[oi] (?:di )?telefon(?:o|ico|ici)", r"recapit[oi] telefonic[oi]", r"numeros? de (?:telephone|telefono)",
    r"telefonnummern?", r"rufnummer", r"numar(?:ul)?(?: lor)? de telefon", r"numere(?:le)? de telefon",
    r"номера?и? телефон\w*", r"телефонн\w+ номер\w*", r"(?:ال)?ارقام (?:ال)?(?:هاتف|هواتف|تليفون)",
    r"رقم (?:ال)?(?:هاتف|تليفون|تلفون)", r"(?:lambar|nambar)\w* ?(?:telefoon|taleefan|taleefoon)\w*",
    r"(?:telefoon|taleefan|taleefoon)\w* (?:lambar|nambar)\w*", r"numri i telefonit", r"telefon numarasi",
)  # fmt: skip
_MAIL = (
    r"(?:address of )?e ?mail(?: address(?:es)?| adresse?n?| adres\w*)?", r"adresse e ?mail", r"courriel",
    r"indirizz[oi] (?:di )?(?:e ?mail|posta elettronica)", r"posta elettronica", r"adres[ae] de e ?mail",
    r"(?:direccion de )?correo electronico", r"(?:електронн\w+|електрона) (?:пошт\w*|адрес\w*)",
    r"адрес\w* електронно\w* пошт\w*",
    r"электронн\w+ (?:почт\w*|адрес\w*)", r"адрес\w* электронно\w* почт\w*", r"[иі]меил\w*",
    r"(?:عنوان )?(?:ال)?بريد (?:ال)?الكتروني", r"(?:ال)?ايميل", r"iime?[iy]l\w*",
)  # fmt: skip
_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d[\d\s()/.–-]*")
_ADDRESS = re.compile(r"@|\bat\]|\(at\)")


def _asks(things: tuple[str, ...]) -> re.Pattern[str]:
    asking = "|".join(map(fold, _ASKING.split()))
    return re.compile(rf"^(?:(?:\S+ ){{0,2}}(?:{asking}) (?:\S+ ){{0,{LONGEST_GAP}}}|the )?(?:{'|'.join(things)})\b")


_ASKS_TELEPHONE, _ASKS_MAIL = _asks(_TELEPHONE), _asks(_MAIL)


def contact_asked(question: str) -> Callable[[str], bool] | None:
    """Tells whether a sentence holds the telephone number or address of mail that is asked for; None if none is."""
    words = " ".join(fold(word) for word in _WORD.findall(question))
    if _ASKS_TELEPHONE.search(words):
        return _has_number
    return _has_address if _ASKS_MAIL.search(words) else None


def _has_number(sentence: str) -> bool:
    found = _NUMBER.findall(plain_digits(sentence))
    return any(sum(map(str.isdigit, number)) >= SHORTEST_NUMBER for number in found)


def _has_address(sentence: str) -> bool:
    return _ADDRESS.search(sentence) is not None
