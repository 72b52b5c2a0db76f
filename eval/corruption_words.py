"""What a sentence is made wrong with, language by language: verbs to negate, negations to drop, words to turn round.

These lists belong to the measurement alone: the proof has its own, in `assistant`, and they are not the same.
"""

from __future__ import annotations


def _words(text: str) -> list[str]:
    return text.split()


NEGATED: dict[str, dict[str, str]] = {
    "en": {
        verb: f"{verb} not"
        for verb in _words("is are was were must should will would may has had does did could might shall")
    }
    | {"can": "cannot", "have to": "do not have to", "have": "do not have"},
    "de": {
        verb: f"{verb} nicht"
        for verb in _words("""ist sind kann können muss müssen wird werden war waren darf dürfen wurde wurden
            soll sollten gilt
        hilft helfen bekommen erhalten hat haben""")
    },
    "fr": {
        verb: (f"n'{verb} pas" if verb[0] in "aeéiou" else f"ne {verb} pas")
        for verb in _words("""est sont peut peuvent doit doivent ont était étaient pouvez devez peux dois fut
            sera seront aide
        permet reçoit reçoivent a""")
    },
    "es": {
        verb: f"no {verb}"
        for verb in _words("""es son está están puede pueden debe deben fue fueron era eran tiene tienen ha han
            había será
        serán tuvo hizo""")
    },
    "ro": {
        verb: f"nu {verb}"
        for verb in _words("este sunt poate pot trebuie are au era erau va vor avea aveau putea fusese devine")
    },
    "it": {
        verb: f"non {verb}"
        for verb in _words("è sono può possono deve devono ha hanno era erano fu furono viene vengono aveva")
    },
    "ar": {
        "يمكن": "لا يمكن", "يمكنك": "لا يمكنك", "يجب": "لا يجب", "كان": "لم يكن", "كانت": "لم تكن", "هو": "ليس",
        "هي": "ليست", "تم": "لم يتم", "يتم": "لا يتم", "يوجد": "لا يوجد", "توجد": "لا توجد", "يكون": "لا يكون",
        "تكون": "لا تكون", "يحق": "لا يحق", "تقدم": "لا تقدم", "يقدم": "لا يقدم", "يحتاج": "لا يحتاج",
        "تحتاج": "لا تحتاج", "يحصل": "لا يحصل", "تحصل": "لا تحصل", "تعتبر": "لا تعتبر", "يعتبر": "لا يعتبر",
    },
    "uk": {
        verb: f"не {verb}"
        for verb in _words("""може можуть можна можете є буде будуть був була було були має мають потрібно
            повинен повинні
        надає надають отримує отримають""")
    },
}  # fmt: skip
"""A verb and the same, negated."""

DROPPED: dict[str, tuple[tuple[str, str], ...]] = {
    "en": ((r"\bcannot\b", "can"), (r"\bdo not \b", ""), (r"\bnot ", ""), (r"n['’]t\b", ""), (r"\bno ", "some ")),
    "de": ((r"\bnicht ", ""), (r"\bkein(e[nrms]?)?\b", r"ein\1")),
    "fr": ((r"\bne (\w+) (?:pas|plus|jamais)\b", r"\1"), (r"\bn['’](\w+) (?:pas|plus|jamais)\b", r"\1")),
    "es": ((r"\bno ", ""),),
    "ro": ((r"\bnu ", ""), (r"\bn-(?=a\b|au\b|am\b)", "")),
    "it": ((r"\bnon ", ""),),
    "ar": ((r"\b([وف]?)(?:لا|لم|لن) (?=[يتن]\w)", r"\1"), (r"\bغير ", "")),
    "uk": ((r"\bне ", ""), (r"\bнемає\b", "є")),
}
"""A negation, as a pattern, and what is left without it."""

TURNED: dict[str, tuple[tuple[str, str], ...]] = {
    "en": (
        ("all", "none of the"), ("every", "no"), ("before", "after"), ("after", "before"), ("always", "never"),
        ("never", "always"), ("more", "less"), ("less", "more"), ("many", "few"), ("first", "last"),
        ("at least", "at most"), ("at most", "at least"), ("with", "without"), ("without", "with"),
        ("minimum", "maximum"), ("maximum", "minimum"), ("under", "over"), ("most", "few"),
    ),
    "de": (
        ("alle", "keine"), ("vor", "nach"), ("nach", "vor"), ("immer", "nie"), ("nie", "immer"), ("mehr", "weniger"),
        ("weniger", "mehr"), ("viele", "wenige"), ("mindestens", "höchstens"), ("höchstens", "mindestens"),
        ("mit", "ohne"), ("ohne", "mit"), ("unter", "über"), ("ersten", "letzten"), ("jeder", "keiner"),
    ),
    "fr": (
        ("tous les", "aucun des"), ("toutes les", "aucune des"), ("avant", "après"), ("après", "avant"),
        ("toujours", "jamais"), ("plus", "moins"), ("moins", "plus"), ("au moins", "au plus"), ("avec", "sans"),
        ("sans", "avec"), ("premier", "dernier"), ("première", "dernière"), ("beaucoup", "peu"),
        ("maximum", "minimum"), ("minimum", "maximum"), ("chaque", "aucun"),
    ),
    "es": (
        ("todos los", "ninguno de los"), ("todas las", "ninguna de las"), ("antes", "después"), ("después", "antes"),
        ("siempre", "nunca"), ("nunca", "siempre"), ("más", "menos"), ("menos", "más"), ("con", "sin"),
        ("sin", "con"), ("primer", "último"), ("primera", "última"), ("muchos", "pocos"), ("muchas", "pocas"),
        ("cada", "ningún"), ("al menos", "como máximo"),
    ),
    "ro": (
        ("toate", "niciuna dintre"), ("toți", "niciunul dintre"), ("înainte", "după"), ("după", "înainte"),
        ("întotdeauna", "niciodată"), ("mereu", "niciodată"), ("mai mult", "mai puțin"), ("mai puțin", "mai mult"),
        ("cu", "fără"), ("fără", "cu"), ("prima", "ultima"), ("primul", "ultimul"), ("mulți", "puțini"),
        ("multe", "puține"), ("cel puțin", "cel mult"), ("fiecare", "niciun"),
    ),
    "it": (
        ("tutti i", "nessuno dei"), ("tutte le", "nessuna delle"), ("prima", "dopo"), ("dopo", "prima"),
        ("sempre", "mai"), ("più", "meno"), ("meno", "più"), ("con", "senza"), ("senza", "con"),
        ("primo", "ultimo"), ("molti", "pochi"), ("molte", "poche"), ("almeno", "al massimo"), ("ogni", "nessun"),
    ),
    "ar": (
        ("جميع", "لا أحد من"), ("قبل", "بعد"), ("بعد", "قبل"), ("دائما", "أبدا"), ("دائمًا", "أبدا"),
        ("أكثر", "أقل"), ("أقل", "أكثر"), ("بدون", "مع"), ("دون", "مع"), ("الأولى", "الأخيرة"), ("الأول", "الأخير"),
        ("على الأقل", "على الأكثر"), ("الحد الأدنى", "الحد الأقصى"), ("الحد الأقصى", "الحد الأدنى"), ("كثير", "قليل"),
    ),
    "uk": (
        ("всі", "жодні"), ("усі", "жодні"), ("до", "після"), ("після", "до"), ("перед", "після"), ("завжди", "ніколи"),
        ("більше", "менше"), ("менше", "більше"), ("без", "з"), ("перший", "останній"), ("багато", "мало"),
        ("мінімум", "максимум"), ("кожен", "жоден"),
    ),
}  # fmt: skip
"""A word of quantity or order and what turns it round."""

AND = {"en": "and", "de": "und", "fr": "et", "es": "y", "ro": "și", "it": "e", "ar": "كما أن", "uk": "і", "so": "iyo"}
"""What joins two sentences into one."""
