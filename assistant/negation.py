"""Negations of a text, and words that turn a statement round: before and after, all and none, at least and at most.

Lists are kept for the languages below; of a text in another language nothing is known, and the proof asks for more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from index.analysis import fold

_NEGATIONS = {
    "en": r"not|no|never|none|nobody|nothing|neither|nor|nowhere|cannot|without|\w+n['’]t",
    "de": r"nicht|kein\w{0,2}|nie|niemals|niemand\w{0,2}|nichts|ohne|weder",
    "fr": r"ne|n(?=['’])|sans|aucune?s?|non|ni",
    "es": r"no|nunca|jamas|ningun\w{0,2}|nadie|nada|sin|tampoco|ni",
    "it": r"non|nessun\w?|niente|nulla|senza|ne|neppure|neanche",
    "ro": r"nu|n(?=-)|niciodata|nicio|niciun\w{0,5}|nimeni|nimic|fara|nici",
    "uk": r"не|ні|ани|немае|нема|ніколи|жод\w{2,4}|без|ніхто|нічого|неможна|нияк\w*|ніяк\w*",
    "ar": r"[وف]?(?:لا|لم|لن|ليس\w{0,3}|غير|بدون|دون|عدم)|[بل]عدم|بغير|الا|لست\w?",
    "so": r"ma|aan|maya|laan|aanay|aanu|aanan|maaha|ha|uma|kuma|lama|waxba",
}
_NEAR_NEGATIONS = {
    "en": r"lack\w*|fail\w*|refus\w*|prohibit\w*|forbidden|impossible|illegal\w*|unable|prevent\w*|avoid\w*|unless|"
    r"\w+-free|unrestricted|unlimited|regardless|irrespective",
    "de": r"fehl\w*|verboten|untersagt|unmoglich|illegal\w*|verhinder\w*|vermeid\w*|ausser|sondern|erst|"
    r"uneingeschrankt\w*|unbegrenzt\w*|unbefristet\w*|barrierefrei\w*|ungeachtet",
    "fr": r"manqu\w*|refus\w*|interdi\w*|impossible\w?|illegal\w*|empech\w*|evit\w*|sauf|incapable\w?|jamais|"
    r"insu|illimite\w*",
    "es": r"falt\w*|rechaz\w*|prohib\w*|imposible\w?|ilegal\w*|impid\w*|evit\w*|salvo|incapa\w+|carec\w*|sino|"
    r"ilimitad\w*",
    "it": r"manc\w*|rifiut\w*|viet\w*|impossibil\w|illegal\w*|imped\w*|evit\w*|tranne|salvo|incapac\w|mai|priv\w|"
    r"illimitat\w*",
    "ro": r"lips\w*|refuz\w*|interzi\w*|imposibil\w*|ilegal\w*|impied\w*|evit\w*|decat|incapabil\w*|ci|"
    r"nelimitat\w*|indiferent",
    "uk": r"бракуе|відмов\w*|заборон\w*|неможлив\w*|нелегальн\w*|незаконн\w*|запоб\w*|уник\w*|крім|"
    r"безбар\w*[’'ʼ]?\w*|необмежен\w*",
    "ar": r"نقص|رفض\w*|حظر|محظور\w*|مستحيل\w*|[يت]?منع|تجنب|باستثناء|يفتقر\w*|خال\w*|لكن|بل",
    "so": r"diid\w*|mamnuuc\w*|mooyee",
}
"""Words by which a translator may well say the same as another does with a negation."""
_NO_NEGATIONS = {
    "en": r"no (?:more|less|fewer|later|earlier) than|not later than|no matter",
    "de": r"nicht zuletzt|ohne weiteres|nicht mehr als|nicht weniger als",
    "fr": r"n['’]importe",
    "es": r"sin embargo|no obstante|sin duda",
    "it": r"non appena|non meno di|senza dubbio",
    "ro": r"nu mai tarziu de|nu mai putin de|fara indoiala",
    "uk": r"не менше|не більше|не пізніше|незважаючи",
    "ar": r"(?:ما )?لا يقل|(?:ما )?لا تقل|لا [يت]زال\w*|لا سيما|الا ان",
}
"""Idioms with a word of negation that other languages say without one: لا يزال is still, sin embargo is but."""
_NO_MORE_THAN = {
    "fr": r"\bn(?:e|['’])\s?(?:(?!\b(?:pas|plus|jamais|rien|aucun)\b)[^.;]){1,40}?\bqu(?:e\b|['’])",
    "ar": r"(?<!\w)[وف]?لا [^.،]{1,60}?(?<!\w)الا(?!\w)",
}
"""Only: ne … que, لا … إلا. No negation."""

_TURNS: dict[str, tuple[tuple[str, str], ...]] = {
    # before/after, more/less, all/none, always/never, first/last, at least/at most, many/few, rise/fall, open/closed
    "en": (
        ("before|prior|ago", "after|afterwards|since"),
        ("more|most|higher|greater|over|above|exceed\\w*|longer|older|larger",
         "less|fewer|lower|under|below|smaller|younger|shorter"),
        ("all|every|each|everyone|everybody", "none|no one|nobody|no"), ("always", "never"),
        ("first", "last|final"), ("least|minimum", "maximum|at most|up to|no more"), ("many|much|most", "few|little"),
        ("increas\\w*|ris\\w+|rose|grow\\w*|grew", "decreas\\w*|fall|fell|falling|declin\\w*|reduc\\w*|drop\\w*"),
        ("open\\w*", "clos\\w*"),
    ),
    "de": (
        ("vor|vorher|bevor|zuvor|vorab", "nach|nachdem|danach|seit|anschliessend"),
        ("mehr|meist\\w*|hoher\\w*|uber|alter\\w{0,2}|langer\\w*|grosser\\w*",
         "weniger|niedriger\\w*|unter|kleiner\\w*|junger\\w*|kurzer\\w*"),
        ("alle[nrsm]?|jede[rnms]?|samtliche\\w?", "kein\\w{0,2}|niemand"), ("immer|stets", "nie|niemals"),
        ("erst\\w{1,3}", "letzt\\w{1,3}"),
        ("mindestens|mindest\\w*|wenigstens|minim\\w+", "hochst\\w*|maxim\\w*|bis zu"),
        ("viele?\\w?|meisten", "wenige?\\w?"),
        ("steig\\w*|erhoh\\w*|wachs\\w*", "sink\\w*|senk\\w*|reduzier\\w*|verringer\\w*"),
        ("offen\\w*|geoffnet", "geschlossen\\w*|schliess\\w*"),
    ),
    "fr": (
        ("avant|prealable\\w*|auparavant", "apres|ensuite|depuis|suite|suivant\\w*"),
        ("plus|superieure?s?|davantage|plupart", "moins|inferieure?s?"),
        ("tous|toutes?|tout|chaque|chacune?", "aucune?|personne"), ("toujours", "jamais"),
        ("premiere?s?", "derniere?s?"), ("au moins|minimum|minimale?s?", "au plus|maximum|maximale?s?|jusqu"),
        ("beaucoup|nombreu\\w*|plupart", "peu"),
        ("augment\\w*|croi\\w*|hausse", "baiss\\w*|diminu\\w*|redui\\w*|recul\\w*"),
        ("ouvert\\w*|ouvre\\w*", "ferme\\w*"),
    ),
    "es": (
        ("antes|previ\\w+", "despues|tras|desde|luego|posterior\\w*"),
        ("mas|mayor\\w*|superior\\w*", "menos|menor\\w*|inferior\\w*"),
        ("todos|todas|toda|todo|cada", "ningun\\w{0,2}|nadie"), ("siempre", "nunca|jamas"),
        ("primer\\w{0,2}", "ultim\\w{1,2}"),
        ("al menos|minim\\w+|por lo menos|como minimo", "maxim\\w+|como maximo|hasta"),
        ("much\\w{1,2}|mayoria", "poc\\w{1,2}"),
        ("aument\\w*|crec\\w*|sub\\w+", "dismin\\w*|reduc\\w*|baj\\w*|decre\\w*|cay\\w*"),
        ("abiert\\w*|abr\\w+", "cerrad\\w*|cierr\\w*"),
    ),
    "it": (
        ("prima|precedent\\w*", "dopo|successiv\\w*|poi|seguito"),
        ("piu|maggior\\w*|superior\\w*|oltre", "meno|minor\\w*|inferior\\w*"),
        ("tutti|tutte|tutto|tutta|ogni|ciascun\\w?", "nessun\\w?"), ("sempre", "mai"),
        ("prim[oiae]", "ultim[oiae]"), ("almeno|minim\\w+", "massim\\w+|al piu|fino"),
        ("molt[oiae]|maggior parte", "poc\\w+"), ("aument\\w*|cresc\\w*|sal\\w+", "diminu\\w*|ridu\\w*|cal\\w+"),
        ("apert\\w*|apr\\w+", "chius\\w*|chiud\\w*"),
    ),
    "ro": (
        ("inainte\\w*|anterior\\w*", "dupa|ulterior\\w*|urma|apoi"),
        ("mai mult\\w?|mai mar\\w+|peste|superioa\\w+|majoritat\\w+",
         "mai putin\\w?|mai mic\\w?|sub(?! (?:numele|forma|denumirea))|inferioa\\w+"),
        ("toti|toate|toata|tot|fiecare", "niciun\\w*|nicio|nimeni"), ("intotdeauna|mereu", "niciodata"),
        ("prim\\w{1,3}|intai", "ultim\\w{1,4}"), ("cel putin|minim\\w*|minimum", "cel mult|maxim\\w*|maximum|pana la"),
        ("mult[iea]?", "(?<!cel )putin[ei]?"),
        ("creste\\w*|crescut\\w*|crester\\w*|mari[mt]\\w*", "scad\\w*|scazut\\w*|redu\\w+"),
        ("deschis\\w*|deschid\\w*", "inchis\\w*|inchid\\w*"),
    ),
    "uk": (
        ("перед|раніше|до того", "після|потім|опісля"),
        ("більш\\w*|понад|вищ\\w+|найбільш\\w*|старш\\w+", "менш\\w*|нижч\\w+|молодш\\w+"),
        ("всі|усі|всіх|усіх|кож\\w+|усім|всім|всю|весь", "жод\\w+|ніхто"), ("завжди", "ніколи"),
        ("перш\\w+", "останн\\w+"), ("щонаименше|принаимні|мінім\\w+|не менше", "максим\\w+|не більше|щонаибільше"),
        ("багат\\w+|більшіст\\w+", "мало|небагат\\w*"),
        ("зрост\\w*|збільш\\w*|зріс|зросла", "зниж\\w*|зменш\\w*|пада\\w*"),
        ("відкрит\\w*|відчин\\w*", "закрит\\w*|зачин\\w*"),
    ),
    "ar": (
        ("قبل|قبيل|مسبق\\w*", "بعد|بعدها|منذ|ثم"),
        ("اكثر|اكبر|اعلي|يزيد|تزيد|فوق|معظم|مزيد", "اقل|اصغر|ادني|يقل|تقل"),
        ("جميع\\w*|كل|كافه", "لا احد|لا شيء"), ("دائما|دوما", "ابدا|مطلقا"),
        ("الاول\\w?|اول\\w{0,2}", "الاخير\\w?|اخر"),
        ("علي الاقل|الحد الادني|لا يقل", "علي الاكثر|الحد الاقصي|كحد اقصي|اقصاه"),
        ("كثير\\w*|العديد|معظم", "قليل\\w*|القليل"),
        ("زياده|ازداد\\w?|ارتف\\w+|زاد\\w?|نمو", "انخف\\w+|تراجع\\w?|تقليل|خفض|نقص"),
        ("مفتوح\\w*|تفتح|يفتح|فتح", "مغلق\\w*|تغلق|يغلق"),
    ),
    "so": (
        ("ka hor|hore", "ka dib|kadib|kaddib"), ("ka badan|badan", "ka yar|yar"), ("dhammaan|kasta|oo dhan", "midna"),
        ("had iyo jeer|mar walba", "weligiis|marnaba"), ("koowaad|hore", "ugu dambeeyay|dambe"),
        ("ugu yaraan", "ugu badnaan"), ("badan", "yar"), ("kordh\\w*", "hoos\\w*"), ("fur\\w*", "xir\\w*"),
    ),
}  # fmt: skip

LANGUAGES = frozenset(_NEGATIONS)
"""Those with lists."""


@dataclass(frozen=True, slots=True)
class Polarity:
    """`negations` counted, `near` ones too; for each turn which of its two sides, 0 and 1, the text has."""

    known: bool
    negations: int
    near: int
    sides: tuple[frozenset[int], ...]

    def flipped(self, source: Polarity) -> bool:
        """Whether one says no where the other does not, or one side of a turn where the source has only the other."""
        if not (self.known and source.known):
            return False
        return self._one_negated(source) or any(
            own and other and not own & other for own, other in zip(self.sides, source.sides, strict=True)
        )

    def unmatched(self, source: Polarity) -> int:
        """Sides of turns that the source has no word for; both must be known."""
        return sum(len(own - other) for own, other in zip(self.sides, source.sides, strict=True))

    def _one_negated(self, source: Polarity) -> bool:
        less, more = sorted((self, source), key=lambda item: item.negations)
        return more.negations > 0 == less.negations and less.near == 0


@lru_cache(maxsize=8192)
def polarity_of(text: str, language: str) -> Polarity:
    if language not in LANGUAGES:
        return Polarity(False, 0, 0, ())
    folded = fold(text)
    if language in _NO_MORE_THAN:
        folded = re.sub(_NO_MORE_THAN[language], " ", folded)
    return Polarity(
        True,
        len(_pattern(_NEGATIONS[language]).findall(_without_idioms(folded, language))),
        len(_pattern(_NEAR_NEGATIONS[language]).findall(folded)),
        tuple(
            frozenset(side for side, words in enumerate(turn) if _pattern(words).search(folded))
            for turn in _TURNS[language]
        ),
    )


def _without_idioms(folded: str, language: str) -> str:
    idioms = _NO_NEGATIONS.get(language)
    return _pattern(idioms).sub(" ", folded) if idioms else folded


@cache
def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)")


@lru_cache(maxsize=32768)
def word_sides(word: str, language: str) -> frozenset[tuple[int, int]]:
    """Turns, by number, and the side of each that the word stands on; -1 with 0 is a negation, or near one."""
    if language not in LANGUAGES:
        return frozenset()
    folded = fold(word)
    found = {(number, side) for number, turn in enumerate(_TURNS[language]) for side, words in enumerate(turn)
             if _pattern(words).fullmatch(folded)}  # fmt: skip
    if _pattern(f"{_NEGATIONS[language]}|{_NEAR_NEGATIONS[language]}").fullmatch(folded):
        found.add((-1, 0))
    return frozenset(found)
