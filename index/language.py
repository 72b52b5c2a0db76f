"""Which language a text is in: the script first, then a statistical model, with function words deciding short texts.

The model (py3langid) is good on paragraphs and weak on four-word questions without accents; the words people ask
questions with settle those. Moldovan Cyrillic and Tigrinya, which the model does not know, are told by rule.
"""

from __future__ import annotations

import functools
import math
import re
import unicodedata
from collections import Counter, defaultdict

from py3langid.langid import MODEL_FILE, LanguageIdentifier

UNKNOWN = "und"
"""What is returned when a text has no letters, or too few to tell and no hint was given."""

_SAMPLE = 2000  # characters read; questions of sixty characters are told apart in 99 of 100 cases already
_SHORT = 200  # characters below which one function word more or less may decide
_WORD_WEIGHT = 1.1  # log-odds a word of one language only adds: two of them outweigh a model that is 90 % sure
_LETTER_WEIGHT = 1.5
_HINT_WEIGHT = 0.8
_UNSURE = 0.5  # share of the probability below which a hint is believed rather than the model
_SURE = 0.8  # share that one or two words, none of them a function word, must reach

_MODEL_LANGUAGES = (  # of the model's 140: those with a two-letter code that are alive and in use
    "af am ar az be bg bn bs ca cs cy da de el en es et eu fa fi fr ga gl gu ha he hi hr ht hu hy id ig is it ja ka kk"
    " km kn ko ku ky lb ln lo lt lv mg mk ml mn mr ms mt my ne nl no om pa pl ps pt ro ru rw si sk sl so sq sr sv sw ta"
    " te tg th tk tl tr ug uk ur uz vi xh yo zh zu"
)

_SCRIPTS = {
    "LATIN": (),
    "CYRILLIC": ("be", "bg", "kk", "ky", "mk", "mn", "ru", "sr", "tg", "tt", "uk", "uz"),
    "ARABIC": ("ar", "fa", "ku", "ps", "ug", "ur"),
    "DEVANAGARI": ("hi", "mr", "ne"),
    "ETHIOPIC": ("am", "ti"),
    "HEBREW": ("he",),
    "GREEK": ("el",),
    "ARMENIAN": ("hy",),
    "GEORGIAN": ("ka",),
    "THAI": ("th",),
    "LAO": ("lo",),
    "KHMER": ("km",),
    "MYANMAR": ("my",),
    "BENGALI": ("bn",),
    "GUJARATI": ("gu",),
    "GURMUKHI": ("pa",),
    "TAMIL": ("ta",),
    "TELUGU": ("te",),
    "KANNADA": ("kn",),
    "MALAYALAM": ("ml",),
    "SINHALA": ("si",),
    "HANGUL": ("ko",),
    "HIRAGANA": ("ja",),
    "KATAKANA": ("ja",),
    "CJK": ("zh", "ja"),
}
_NON_LATIN_SHARE = 0.25  # an Arabic question full of Latin project names is still Arabic

_RTL = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})

_WORDS = {
    "en": """the of and to in is are was were what which who whom where when why how many much does do did has have had
        for from with by about this that these their there can could should would i you my your we our they it its an
        at on be been not will or if get need as after before""",
    "it": """il lo la gli le di del della dello dei degli delle che chi cosa quale quali quando dove come perche quanto
        quanti quante quanta sono e è per con nel nella nei nelle dal dalla dai al alla alle ai sul sulla una uno un
        non piu si ha hanno stato stata c'e c'è qual cui mi mio questo questa posso devo serve anche essere ho""",
    "ro": """care este sunt unde cand când ce cine cat cât cati câți cate câte cata câtă de la si și in în din pentru cu
        pe prin sau nu mai a al ale ai lui ei o un unei unui avut loc are au fost fi sa să se cum dintre despre
        trebuie poate pot catre către intre între acest aceasta această cui cel cea imi îmi am ma mă daca dacă după""",
    "fr": """le la les de des du un une et est sont que qui quoi quel quelle quels quelles quand où ou comment pourquoi
        combien dans pour par avec sur au aux ce cette ces il elle ils ne pas plus a ont été etait était se son sa ses
        en d'une l'on qu'est-ce est-ce je mon ma mes vous nous fait faut puis dois peut à être""",
    "es": """el la los las de del un una y es son que qué quien quién quienes cual cuál cuales cuáles cuando cuándo
        donde dónde como cómo cuanto cuánto cuantos cuántos cuanta cuántas por para con en al se su sus lo no más
        ha han fue fueron era está estan están hay puedo debo mi mis o según entre desde este esta sobre tiene qué""",
    "de": """der die das den dem des ein eine einer einem und ist sind was wer wie wo wann warum welche welcher welches
        wieviel viele viel für von zu zum zur mit auf im in am an bei nicht auch ich du sie wir es hat haben wird werden
        kann muss mein meine gibt wenn ob über nach oder aus bekomme brauche""",
    "pt": """o a os as de do da dos das um uma e é são que quem qual quais quando onde como quanto quantos quantas por
        para com em no na nos nas ao à se não mais foi foram tem têm você posso preciso meu minha porque pelo pela""",
    "nl": """de het een en is zijn wat wie waar wanneer hoe waarom welke hoeveel van voor met op aan in te niet ook ik
        je mijn kan moet wordt worden heeft""",
    "so": """waa waxa waxay waxaa waxaan waxaad ayaa ayay ayuu ayey baa buu bay miyaa maxaa maxay meeqa immisa imisa
        xaggee xagee halkee goorma sidee kuma yaa ku ka oo iyo ee u la uu ay in aan loo lagu laga leh ah kale
        kasta karaa kartaa leeyahay yahay tahay sannadkee kee tee ma waayo mid dadka qof qaba waxba si soo laakiin
        inta inuu inay xilligee maalinta""",
    "sw": """ni na ya wa kwa za la katika nini nani wapi lini vipi gani ngapi je kuwa hii huo hiyo watu au kama pia mimi
        yangu iko naweza unaweza kupata""",
    "pl": """co kto gdzie kiedy jak dlaczego ile jest są w we z ze na do i nie się dla od po przy czy jaki jaka jakie
        który która które oraz o to ten ta moje mój mogę może być mam""",
    "hu": """a az egy és hogy mi ki hol mikor hogyan miért mennyi hány van volt vannak nem is meg ez azt milyen melyik
        kell lehet vagy én""",
    "tr": """ve bir bu ne kim nerede nereden zaman nasıl niçin neden kaç hangi için ile mi mı mu mü var yok olarak da de
        olan benim kadar nedir kimdir""",
    "sq": """e të në një për me dhe është janë çfarë kush ku kur si pse sa cili cila nga që i u nuk më mund duhet""",
    "uk": """що хто де коли як чому скільки який яка яке які яких якій у в на з із до та і й для про від за не чи це є
        був була було були можна мені треба його її або якщо чим куди""",
    "ru": """что кто где когда как почему сколько какой какая какие каких в на с из до и для о от за не ли это был была
        было были можно мне нужно его ее её или если чем куда к по""",
    "bg": """какво кой къде кога как защо колко коя които на за от с в и да не е са се ли това който през""",
    "mo": """ши ын пентру каре есте сынт ку дин луй ла де ну се ал але ун уней унде кынд чине чет кыт прин сау пе а фост
        май че кум динтре аре ау ынтре""",
}
LETTERS = {
    "ășțţ": "ro",
    "ñ¿¡": "es",
    "ß": "de",
    "ãõ": "pt",
    "őű": "hu",
    "łąężźśń": "pl",
    "ğı": "tr",
    "ёыэъ": "ru",
    "іїєґ": "uk",
    "ў": "be",
    "ђћ": "sr",
    "ѓќ": "mk",
    "پچژگ": "fa",
    "ٹڈڑے": "ur",
    "ښځډړټڼ": "ps",
    "ێۆەڵ": "ku",
}
"""Letters that one language has among those of its script; names bring some of them into others."""
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def is_rtl(language: str) -> bool:
    """Whether the language (ISO 639-1) is written from right to left."""
    return language.split("-")[0] in _RTL


def detect_language(text: str, hint: str | None = None) -> str:
    """The ISO 639-1 code of the language most of `text` is in.

    `hint` (the document's language, the browser's) wins when the text alone cannot tell; without it such a text is
    `und`. Short questions without accents ("unde a avut loc intalnirea") are handled. Only the first 2,000 characters
    are read.
    """
    sample = unicodedata.normalize("NFC", text[:_SAMPLE]).lower()
    script = _script(sample)
    if script is None:
        return hint or UNKNOWN
    candidates = _SCRIPTS[script]
    if len(candidates) == 1:
        return candidates[0]
    if script == "ETHIOPIC":
        return "ti" if len(re.findall("[ኣቐ]", sample)) * 25 > len(sample) else "am"
    if script == "CJK":
        return "zh"
    return _by_scores(sample, candidates, hint)


@functools.cache
def function_words(language: str) -> frozenset[str]:
    """Words, in small letters with and without accents, that questions in a language are made with; none if unknown."""
    return frozenset(word for word, languages in word_owners().items() if language in languages)


def _script(sample: str) -> str | None:
    counts = Counter(_letter_script(letter) for letter in sample if letter.isalpha())
    counts.pop("", None)
    if not counts:
        return None
    letters = counts.total()
    kana = counts["HIRAGANA"] + counts["KATAKANA"]
    if kana * 10 > letters:
        return "HIRAGANA"
    latin = counts.pop("LATIN", 0)
    if not counts:
        return "LATIN"
    best, count = counts.most_common(1)[0]
    needed = _NON_LATIN_SHARE if len(sample) <= _SHORT else 0.5
    return best if count >= needed * letters or not latin else "LATIN"


@functools.lru_cache(maxsize=4096)
def _letter_script(letter: str) -> str:
    name = unicodedata.name(letter, "").split(" ")[0].split("-")[0]
    return name if name in _SCRIPTS else ""


def _by_scores(sample: str, candidates: tuple[str, ...], hint: str | None) -> str:
    scores = {language: math.log(p + 1e-6) for language, p in _identifier().rank(sample)}
    if candidates:
        scores = {language: score for language, score in scores.items() if language in candidates}
    if hint in scores:
        scores[hint] += _HINT_WEIGHT
    evidence = _evidence(sample)
    if evidence["mo"] > max(evidence["ru"], evidence["uk"], evidence["bg"]) + 1:
        return "ro"
    for language, weight in evidence.items():
        if language in scores:
            scores[language] += weight
    best: str = max(scores, key=scores.__getitem__)
    share = math.exp(scores[best]) / sum(math.exp(score) for score in scores.values())
    if candidates:
        return best
    few = len(_WORD.findall(sample)) <= 2 and not evidence[best]
    if share < _UNSURE or (few and share < _SURE):
        return hint or (UNKNOWN if few else best)
    return best


def _evidence(sample: str) -> defaultdict[str, float]:
    """Log-odds from function words and letters; only the first words count, since long texts need no help."""
    weights: defaultdict[str, float] = defaultdict(float)
    owners = word_owners()
    for match in _WORD.finditer(sample[:_SHORT]):
        languages = owners.get(match[0].replace("’", "'"), ())
        for language in languages:
            weights[language] += _WORD_WEIGHT / len(languages)
    for letters, language in LETTERS.items():
        if any(letter in sample for letter in letters):
            weights[language] += _LETTER_WEIGHT
    return weights


@functools.cache
def word_owners() -> dict[str, tuple[str, ...]]:
    """The languages that have each of the known function words, with and without its accents."""
    owners: dict[str, set[str]] = {}
    for language, words in _WORDS.items():
        for word in words.split():
            bare = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
            for form in {word, bare if language not in {"ru", "uk", "bg", "mo"} else word}:
                owners.setdefault(form, set()).add(language)
    return {word: tuple(sorted(languages)) for word, languages in owners.items()}


@functools.cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(_MODEL_LANGUAGES.split())
    return identifier
