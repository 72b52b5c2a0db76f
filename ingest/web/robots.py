"""What sites ask of programs in their robots.txt (RFC 9309)."""

from __future__ import annotations

from protego import Protego

from index.errors import ItemRejected
from ingest.web.address import Address
from ingest.web.fetch import OK, Fetcher
from ingest.web.policy import PRODUCT

_LARGEST = 512 * 1024  # bytes; RFC 9309 asks for 500 KiB at least
_NONE = range(400, 500)
"""Statuses that say there is no robots.txt to be had, which permits everything; all others permit nothing."""
_LONGEST_DELAY = 30.0  # seconds between two requests that a site may ask for


class Robots:
    """Asks each site once a run; a site that could not be asked is not asked again."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._rules: dict[str, Protego | ItemRejected] = {}

    def permit(self, address: Address) -> None:
        """Raise ItemRejected `robots` for a page that the site does not want read, else return.

        Raises also what fetching the robots.txt raised, for then the page cannot be had either. A site without one
        permits everything; one whose robots.txt fails with an error permits nothing.
        """
        site = f"{address.scheme}://{address.authority}"
        if site not in self._rules:
            self._rules[site] = self._ask(Address(address.scheme, address.host, address.port, "/robots.txt"))
        rules = self._rules[site]
        if isinstance(rules, ItemRejected):
            raise ItemRejected(rules.message, code=rules.code) from rules
        if not rules.can_fetch(address.url, PRODUCT):
            raise ItemRejected("The site's robots.txt asks programs not to read this page.", code="robots")

    def _ask(self, address: Address) -> Protego | ItemRejected:
        try:
            answer = self._fetcher.get(address, largest=_LARGEST)
        except ItemRejected as error:
            return _understood(error)
        if answer.status != OK and answer.status not in _NONE:
            sentence = f"The site's robots.txt cannot be had: the server answers with the error {answer.status}."
            return ItemRejected(sentence, code="robots")
        rules = Protego.parse(answer.data.decode("utf-8", "replace"))
        delay = rules.crawl_delay(PRODUCT)
        if delay is not None:
            self._fetcher.pace.slow_down(address.host, min(delay, _LONGEST_DELAY))
        return rules


def _understood(error: ItemRejected) -> Protego | ItemRejected:
    if error.code == "redirects":  # as RFC 9309 has it, a robots.txt that leads nowhere is none
        return Protego.parse("")
    if error.code in {"too_large", "unsupported"}:
        return ItemRejected("The site's robots.txt cannot be read.", code="robots")
    return error
