"""Whether a text says in another language what one quote says: no more, no less, and nothing else."""

from __future__ import annotations

from assistant.alignment import spans
from assistant.fact_agreement import agreement, contradicts
from assistant.negation import LANGUAGES
from assistant.places import Place, places_of
from assistant.proof_features import Text, features_of
from assistant.proof_model import load_proof_model
from assistant.sentence_vectors import SentenceVectors


def is_faithful(text: str, language: str, quote: str, quote_language: str, vectors: SentenceVectors) -> bool:
    """Whether `text`, in `language`, can be shown as a translation of the quote, in another one.

    Numbers, dates, countries, cities and negations must agree both ways, since what a translation leaves out is wrong
    as well. How well meaning, words and names agree is weighed as for a sentence of an answer, with the least
    support that such a sentence needs; here no title or section lends anything.
    """
    there, back = (text, language, quote, quote_language), (quote, quote_language, text, language)
    if contradicts(*there, "") or contradicts(*back, "") or not _same_places(*there):
        return False
    names_and_turns = agreement(*there, "")
    if any(names_and_turns[3:]) or agreement(*back, "")[3]:
        return False
    of_text, of_quote = vectors.of([text, quote])
    (span,) = spans(of_text, [of_quote], None)
    written, source = Text(text, language, (of_text,)), Text(quote, quote_language, (of_quote,))
    model = load_proof_model()
    support = model.supports([features_of(written, source, span.features)], model.across)[0]
    listed = {language, quote_language} <= LANGUAGES
    return bool(support >= (model.across.least if listed else model.across.least_unlisted))


def _same_places(text: str, language: str, quote: str, quote_language: str) -> bool:
    """Whether either names no city or country for certain that the other does not name at all."""
    own, other = places_of(text, language), places_of(quote, quote_language)
    return _among(own, other) and _among(other, own)


def _among(named: tuple[Place, ...], others: tuple[Place, ...]) -> bool:
    return all(any(place.fits(other) or other.fits(place) for other in others) for place in named if place.certain)
