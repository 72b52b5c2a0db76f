"""Numbers written as words, and the words of units, in the languages of the product."""

from __future__ import annotations

from functools import cache

from index.analysis import fold

_VALUES = (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 30, 40, 50, 60, 70, 80, 90, 100, 1000)
_WORDS = {
    "en": """two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
        eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand""",
    "de": """zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn
        achtzehn neunzehn zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig hundert tausend""",
    "fr": """deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit
        dix-neuf vingt trente quarante cinquante soixante soixante-dix quatre-vingts quatre-vingt-dix cent mille""",
    "es": """dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete
        dieciocho diecinueve veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa cien mil""",
    "it": """due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici
        diciassette diciotto diciannove venti trenta quaranta cinquanta sessanta settanta ottanta novanta cento
        mille""",
    "ro": """două trei patru cinci șase șapte opt nouă zece unsprezece doisprezece treisprezece paisprezece
        cincisprezece șaisprezece șaptesprezece optsprezece nouăsprezece douăzeci treizeci patruzeci cincizeci șaizeci
        șaptezeci optzeci nouăzeci sută mie""",
    "uk": """два три чотири п'ять шість сім вісім дев'ять десять одинадцять дванадцять тринадцять чотирнадцять
        п'ятнадцять шістнадцять сімнадцять вісімнадцять дев'ятнадцять двадцять тридцять сорок п'ятдесят шістдесят
        сімдесят вісімдесят дев'яносто сто тисяча""",
    "ar": """اثنان ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة عشرة - - - - - - - - - عشرون ثلاثون أربعون خمسون ستون سبعون
        ثمانون تسعون مائة ألف""",
    "so": """laba saddex afar shan lix toddoba siddeed sagaal toban - - - - - - - - - labaatan soddon afartan konton
        lixdan toddobaatan siddeetan sagaashan boqol kun""",
}
_OTHER_FORMS = {
    "en": {"both": 2, "twice": 2, "dozen": 12, "single": 1, "one": 1, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6,
           "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10, "half": 2, "second": 2, "first": 1},
    "de": {"beide": 2, "beiden": 2, "zweimal": 2, "dreimal": 3, "ein": 1, "eine": 1, "einen": 1, "zweite": 2,
           "zweiten": 2, "dritte": 3, "dritten": 3, "vierte": 4, "vierten": 4, "fünften": 5, "sechsten": 6,
           "siebten": 7, "achten": 8, "neunten": 9, "zehnten": 10, "ersten": 1, "erste": 1},
    "fr": {"un": 1, "une": 1, "deuxième": 2, "second": 2, "troisième": 3, "quatrième": 4, "cinquième": 5, "sixième": 6,
           "septième": 7, "huitième": 8, "neuvième": 9, "dixième": 10, "premier": 1, "première": 1, "quatre-vingt": 80},
    "es": {"un": 1, "una": 1, "uno": 1, "ambos": 2, "ambas": 2, "segundo": 2, "segunda": 2, "tercer": 3, "tercero": 3,
           "tercera": 3, "cuarto": 4, "cuarta": 4, "quinto": 5, "quinta": 5, "sexto": 6, "séptimo": 7, "octavo": 8,
           "noveno": 9, "décimo": 10, "ciento": 100, "cientos": 100, "miles": 1000, "primer": 1, "primera": 1},
    "it": {"un": 1, "una": 1, "uno": 1, "entrambi": 2, "entrambe": 2, "secondo": 2, "seconda": 2, "terzo": 3,
           "terza": 3, "quarto": 4, "quarta": 4, "quinto": 5, "sesto": 6, "settimo": 7, "ottavo": 8, "nono": 9,
           "decimo": 10, "mila": 1000, "primo": 1, "prima": 1},
    "ro": {"un": 1, "una": 1, "unu": 1, "doi": 2, "ambele": 2, "ambii": 2, "doua": 2, "doilea": 2, "treia": 3,
           "treilea": 3, "patra": 4, "patrulea": 4, "cincea": 5, "cincilea": 5, "sasea": 6, "saptea": 7, "opta": 8,
           "zecea": 10, "zecelea": 10, "sase": 6, "sapte": 7, "sute": 100,
           "mii": 1000, "primul": 1, "prima": 1},
    "uk": {"один": 1, "одна": 1, "одного": 1, "дві": 2, "двох": 2, "двома": 2, "обидва": 2, "трьох": 3, "трьома": 3,
           "чотирьох": 4, "п'яти": 5, "шести": 6, "семи": 7, "восьми": 8, "дев'яти": 9, "десяти": 10,
           "десятьма": 10, "дванадцяти": 12, "двадцяти": 20, "тисяч": 1000, "тисячі": 1000, "другий": 2, "друга": 2,
           "третій": 3, "третя": 3, "третє": 3, "третього": 3, "третьої": 3, "третьому": 3, "четвертий": 4,
           "четверта": 4,
           "друге": 2, "другого": 2, "другої": 2, "перший": 1, "перша": 1, "перше": 1, "першого": 1, "першої": 1},
    "ar": {"واحد": 1, "واحدة": 1, "اثنين": 2, "اثنتين": 2, "اثنتان": 2, "ثلاث": 3, "أربع": 4, "خمس": 5, "ست": 6,
           "سبع": 7, "ثماني": 8, "ثمان": 8, "تسع": 9, "عشر": 10, "بعشر": 10, "عشرين": 20, "ثلاثين": 30, "أربعين": 40,
           "خمسين": 50, "ستين": 60, "سبعين": 70, "ثمانين": 80, "تسعين": 90, "مئة": 100, "آلاف": 1000, "الثاني": 2,
           "الثانية": 2, "الثالث": 3, "الثالثة": 3, "الرابع": 4, "الرابعة": 4, "الخامس": 5, "الخامسة": 5,
           "السادس": 6, "السادسة": 6, "السابع": 7, "السابعة": 7, "الثامن": 8, "الثامنة": 8, "التاسع": 9, "التاسعة": 9,
           "العاشر": 10, "العاشرة": 10,
           "كلا": 2, "مرتين": 2, "عامين": 2, "سنتين": 2, "شهرين": 2, "أسبوعين": 2, "يومين": 2, "ساعتين": 2,
           "الأول": 1, "الأولى": 1},
    "so": {"hal": 1, "labo": 2, "labada": 2, "labaad": 2, "saddexaad": 3, "afaraad": 4},
}  # fmt: skip
_AMBIGUOUS = {
    "en": "second first half single one hundred thousand dozen both twice third",
    "de": "acht ein eine einen achten ersten erste beide beiden hundert tausend",
    "fr": "un une neuf second cent mille premier première",
    "es": "un una uno once segundo segunda cuarto cuarta primer primera cientos miles mil",
    "it": "un una uno sei secondo seconda prima primo quarto quarta nove mila mille cento",
    "ro": "un una unu noua nouă mii sute mie sută opt primul prima",
    "uk": "один одна одного сорок сто тисяч тисячі тисяча другий друга друге другого другої перший перша перше першого "
    "першої сім",
    "ar": """واحد واحدة ألف ستة ست سبع عشر تسع خمس الأول الأولى كلا الثاني الثانية آلاف مائة مئة مرتين عامين سنتين شهرين
        أسبوعين يومين ساعتين""",
    "so": "hal kun afar shan boqol labada",
}
"""Words that are often no number, or only roughly one: they answer for a number, but do not ask for one."""

_UNITS = {
    "percent": "% ٪ percent prozent pourcent ciento percento sută відсотків відсотки процентів المئة المائة boqolkiiba",
    "euro": "€ euro euros eur євро يورو yuuro",
    "dollar": "$ dollar dollars dólares dólar dollari dolari долари доларів دولار دولارات doolar",
    "leu": "lei leu ron leilor lei",
    "pound": "£ pounds pound libras sterline lire фунтів",
    "minute": "minute minutes minuten minutos minuti хвилин хвилини دقيقة دقائق daqiiqo",
    "hour": "hour hours stunde stunden heure heures hora horas ora ore oră годин години ساعة ساعات saacadood saac",
    "day": "day days tag tage tagen jour jours día días giorno giorni zi zile днів дні день يوم أيام maalmood maalin",
    "week": "week weeks woche wochen semaine semaines semana semanas settimana settimane săptămână săptămâni "
            "тижнів тижні тиждень أسبوع أسابيع toddobaad",
    "month": "month months monat monate monaten mois mes meses mese mesi lună luni місяців місяці місяць شهر أشهر شهور "
             "bilood bil",
    "year": "year years jahr jahre jahren an ans année années año años anno anni ani років роки рік سنة سنوات عام "
            "أعوام عاما sano sannadood",
    "kilometre": "km kilometre kilometres kilometers kilometer kilomètres kilómetros chilometri kilometri кілометрів "
                 "كيلومتر كيلومترات",
    "metre": "m metre metres meters meter mètres metros metri метрів متر أمتار",
    "mile": "mile miles millas miglia mile meilen миль ميل أميال",
}  # fmt: skip


@cache
def number_words(language: str) -> dict[str, int]:
    """Folded words that can stand for a number."""
    words = zip(_WORDS.get(language, "").split(), _VALUES, strict=False)
    return {fold(word): value for word, value in (*words, *_OTHER_FORMS.get(language, {}).items()) if word != "-"}


@cache
def sure_number_words(language: str) -> dict[str, int]:
    """Those of them that stand for nothing else."""
    left_out = {fold(word) for word in _AMBIGUOUS.get(language, "").split()}
    return {word: value for word, value in number_words(language).items() if word not in left_out}


@cache
def units() -> dict[str, str]:
    """Folded words and signs of units, in all the languages at once, with the unit each means."""
    return {fold(word): unit for unit, words in _UNITS.items() for word in words.split()}
