"""Where a link leads, where its words alone do not say it.

The address is kept in the text when it is the point of the link: a mail address or telephone number behind other words,
and a web address behind a word that only points ("here", "website"). Links with words of their own keep these alone:
addresses after each of them would be most of what such a passage is about.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

from lxml import html

_POINTING = """
here|click here|this link|link|website|web site|homepage|online|this page|form|apply|apply here|apply online|register
register here|sign up|qui|clicca qui|questo link|sito|sito web|modulo|aici|apasă aici|click aici|site|site-ul|formular
ici|cliquez ici|ce lien|site web|formulaire|aquí|haga clic aquí|enlace|sitio web|formulario|hier|hier klicken|webseite
webseite besuchen|zur webseite|formular online|тут|за посиланням|посилання|сайт|здесь|по ссылке|ссылка|هنا|اضغط هنا
الرابط|الموقع|halkan|halkan guji|buraya|buradan|këtu|tutaj|strona|اینجا|لینک
"""
_WORDS = frozenset(word for line in _POINTING.strip().split("\n") for word in line.split("|"))
_LONGEST = 150  # characters of an address that people can still copy
_LINKS = 5  # absolute links of a page that say which host is its own
_MAIL = re.compile(r"[^\s@?]+@[^\s@?]+\.\w+")


def address_behind(target: str, text: str) -> str:
    """The address to add to the words of a link to `target`, "" for none."""
    target = target.strip()
    scheme, colon, rest = target.partition(":")
    if not colon or len(target) > _LONGEST:
        return ""
    match scheme.lower():
        case "mailto":
            found = _MAIL.match(unquote(rest))
            return found[0] if found and found[0].lower() not in text.lower() else ""
        case "tel":
            number = unquote(rest).strip()
            digits = re.sub(r"\D", "", number)
            return number if digits and digits[-6:] not in re.sub(r"\D", "", text) else ""
        case "http" | "https":
            return target if text.casefold().strip(" .:!›»→>-") in _WORDS else ""
        case _:
            return ""


def own_host(root: html.HtmlElement) -> str | None:
    """The host of the page itself: as it says, else the one that most of its links lead to, if it is most."""
    for stated in root.xpath("//link[@rel='canonical']/@href | //meta[@property='og:url']/@content"):
        if host := _host(stated):
            return host
    hosts = Counter(host for target in root.xpath("//a/@href") if (host := _host(target)))
    most = hosts.most_common(1)
    return most[0][0] if most and most[0][1] * 2 > hosts.total() >= _LINKS else None


def leads_out(links: Sequence[str], host: str | None) -> bool:
    """Whether all of some links lead to other sites than the page's."""
    return bool(links) and all((target := _host(link)) and target != host for link in links)


def _host(target: str) -> str:
    try:
        parts = urlsplit(target)
        return (parts.hostname or "").removeprefix("www.") if parts.scheme in ("http", "https") else ""
    except ValueError:
        return ""
