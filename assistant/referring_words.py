"""Words that lean on what was said before, in the languages of the product.

They decide only where a question is short; a language without a list is judged by what search finds.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache

from index.language import function_words

_OPENERS = {
    "en": "and but or also plus",
    "it": "e ed ma o invece anche",
    "ro": "și şi si dar iar sau",
    "fr": "et mais ou sinon",
    "es": "y e pero o",
    "pt": "e mas ou",
    "de": "und aber oder",
    "uk": "а та й і але або",
    "ru": "а и но или",
    "so": "iyo oo laakiin ama",
    "ar": "لكن أو ثم",
    "pl": "a i ale lub",
    "hu": "és de vagy",
    "tr": "ve peki ya",
    "sq": "dhe po",
    "sw": "na lakini",
}
_PHRASES = {
    "en": ["what about", "how about"],
    "it": ["che dire di", "che mi dici di"],
    "ro": ["ce zici de", "cum rămâne cu"],
    "fr": ["qu en est il de", "qu en est il pour"],
    "es": ["qué hay de", "qué pasa con"],
    "de": ["was ist mit", "wie ist es mit", "wie sieht es mit"],
    "uk": ["як щодо", "що щодо"],
    "ru": ["как насчет", "как насчёт"],
    "ar": ["ماذا عن"],
}
_POINTERS = {
    "en": "it its they them their that this these those there here one ones he she his her him same",
    "it": """quello quella quelli quelle questo questa questi queste ciò esso essa essi esse lì là ci ne suo sua suoi
        loro""",
    "ro": """acesta aceasta acestea aceștia acela aceea acelea aceia asta astea acolo aici el ea ei ele îl îi dânsul
        lor lui""",
    "fr": "y cela ça celui celle ceux celles là ils elles eux lui leur leurs sa son ses",
    "es": "eso esa ese esos esas esto allí ahí allá él ella ellos ellas ello su sus lo",
    "pt": "isso isto esse essa aquele aquela lá ali ele ela eles elas",
    "de": "das dies dieser diese dieses dort da dafür davon damit darüber dabei sie er es ihn ihm deren dessen",
    "uk": """це цього цьому цим цей ця ці там тут він вона воно вони його її їх їм їй нього неї них той те ті тому""",
    "ru": """это этого этому этим этот эта эти там тут здесь он она оно они его её ее их им ей него неё нее них тот
        те""",
    "so": "halkaas halkaa halkan taas taasi tan kaas kaasi kan kuwaas kuwan isaga iyada iyaga",
    "ar": "ذلك هذا هذه هناك هنا تلك هؤلاء فيه فيها عنه عنها منه منها له لها لهم به بها إليه إليها عليه عليها",
    "pl": "to tam tego tej on ona ono oni ich jego jej",
    "hu": "ez az ott itt azt ezt",
    "tr": "bu şu o orada burada onun bunun",
    "sq": "kjo ky ajo ai atje këtu",
    "sw": "hii hiyo hapo huko",
}
_LINKS = {
    "en": "in at for from to with on under about of each every by",
    "it": "in a ad al alla alle ai per da dal dalla di del della dei delle nel nella sul sulla con ogni",
    "ro": "în in la pentru din cu de pe fiecare despre",
    "fr": "à au aux en pour de du des dans avec chez sur chaque d",
    "es": "en a al para de del con por cada desde",
    "pt": "em no na para de do da com por cada",
    "de": "in im für aus mit von bei zu zum zur nach am pro jeden jedes jeder",
    "uk": "в у на для з із до про за від кожен",
    "ru": "в на для из с до о за от по каждый",
    "so": "ee ku ka",
    "ar": "في من إلى على عن مع كل لكل",
}
_ASKING = {
    "en": "what which who whom whose where when why how",
    "it": "che chi cosa cos quale quali quando dove dov come perché quanto quanti quante quanta qual",
    "ro": "care ce cine când cand unde cum cât cat câți cati câte cate câtă cata",
    "fr": "que qui quoi quel quelle quels quelles où quand comment pourquoi combien",
    "es": "qué quién quiénes cuál cuáles cuándo dónde cómo cuánto cuánta cuántos cuántas",
    "pt": "que quem qual quais quando onde como quanto quantos quantas",
    "de": "was wer wie wo wann warum welche welcher welches wieviel",
    "uk": "що хто де коли як чому скільки який яка яке які куди",
    "ru": "что кто где когда как почему сколько какой какая какие куда",
    "so": "maxaa maxay maxey yaa immisa imisa meeqa goorma xaggee xagee halkee sidee kuma tee kee sannadkee",
    "ar": "ما ماذا من كم متى أين كيف لماذا أي أية هل",
    "pl": "co kto gdzie kiedy jak dlaczego ile jaki jaka jakie który która które",
    "hu": "mi ki hol mikor hogyan miért mennyi hány melyik milyen",
    "tr": "ne kim nerede zaman nasıl neden kaç hangi",
    "sq": "çfarë kush ku kur si pse sa cili cila",
    "sw": "nini nani wapi lini vipi gani ngapi",
}
_ARABIC = """ما ماذا من كم متى أين كيف لماذا هل أي أية في على إلى عن مع هي هو هم إن أن إذا لو قد لا لم لن كل كان كانت
    يمكن يمكنني عند بعد قبل التي الذي أنا لي لدي أو ثم"""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words of some languages, in small letters. `phrases` open a question as `openers` do.

    `links` stand before what a following question may put another for.
    `asking`: words that make a question of their own. `functions`: words that say nothing about the topic; the others
    are among them.
    """

    openers: frozenset[str]
    phrases: tuple[tuple[str, ...], ...]
    pointers: frozenset[str]
    links: frozenset[str]
    asking: frozenset[str]
    functions: frozenset[str]


def lexicon(*languages: str) -> Lexicon:
    """The lists of all these languages together: which of two a short question is in is often not to be told."""
    return _lexicon(tuple(sorted(set(languages))))


def is_listed(language: str) -> bool:
    """Whether there are words for this language."""
    return language in _OPENERS


@cache
def _lexicon(languages: tuple[str, ...]) -> Lexicon:
    named = (_words(lists, languages) for lists in (_OPENERS, _POINTERS, _LINKS, _ASKING))
    openers, pointers, links, asking = named
    functions = frozenset[str]().union(*(function_words(language) for language in languages))
    if "ar" in languages:
        functions |= frozenset(_ARABIC.split())
    phrases = tuple(tuple(phrase.split()) for language in languages for phrase in _PHRASES.get(language, ()))
    return Lexicon(openers, phrases, pointers, links, asking, openers | pointers | links | asking | functions)


def _words(lists: dict[str, str], languages: tuple[str, ...]) -> frozenset[str]:
    words = (word for language in languages for word in lists.get(language, "").split())
    return frozenset(unicodedata.normalize("NFC", word) for word in words)
