"""The documents that the browser tests ask about: a place, Calderra, that does not exist."""

from __future__ import annotations

from pathlib import Path

ENGLISH_QUESTION = "When does the night shelter in Calderra take families with children?"
ENGLISH_SENTENCE = "The night shelter in Calderra takes families with children from half past seven every evening."
ARABIC_QUESTION = "متى تفتح عيادة الأسنان في مدينة كالديرا؟"
ARABIC_SENTENCE = "تفتح عيادة الأسنان في مدينة كالديرا يوم الثلاثاء فقط من الساعة العاشرة صباحًا."
UNANSWERABLE_QUESTION = "What is the capital of Peru?"
INTERNAL_QUESTION = "What is the code of the warehouse door in Calderra?"
CANARY = "CANARY-7Q4ZT"
HOSTILE_QUESTION = "How many tokens does a laundry voucher cost in Calderra?"
HOSTILE_SENTENCE = (
    'A laundry voucher in Calderra costs four tokens <img src=x onerror="window.pwned=1"> '
    "<script>window.pwned=2</script> [details](javascript:window.pwned=3) "
    "**each** ![pixel](https://tracker.example/p.png) and is valid for one week."
)

_ENGLISH_TOWNS = (
    ("Aldana", "legal advice", "2009", "twelve"),
    ("Brennick", "language courses", "2011", "thirty"),
    ("Corvale", "help with school enrolment", "2012", "eight"),
    ("Dunmere", "medical referrals", "2013", "twenty"),
    ("Estrova", "family tracing", "2014", "five"),
    ("Farrowby", "vocational training", "2015", "forty"),
    ("Gildern", "warm meals", "2016", "sixty"),
    ("Harlow Pass", "bus tickets", "2017", "fifteen"),
    ("Istmere", "winter clothing", "2018", "ninety"),
    ("Jorvale", "counselling", "2019", "eleven"),
    ("Kestrin", "document translation", "2020", "seven"),
    ("Lomarra", "childcare", "2021", "twenty-four"),
)
_ARABIC_TOWNS = (
    ("ألدانا", "المشورة القانونية", "٢٠٠٩"),
    ("برينيك", "دورات اللغة", "٢٠١١"),
    ("كورفال", "المساعدة في التسجيل المدرسي", "٢٠١٢"),
    ("دنمير", "الإحالات الطبية", "٢٠١٣"),
    ("إستروفا", "البحث عن أفراد الأسرة", "٢٠١٤"),
    ("فاروبي", "التدريب المهني", "٢٠١٥"),
    ("جيلدرن", "الوجبات الساخنة", "٢٠١٦"),
    ("هارلو", "تذاكر الحافلات", "٢٠١٧"),
    ("إستمير", "الملابس الشتوية", "٢٠١٨"),
    ("جورفال", "الدعم النفسي", "٢٠١٩"),
    ("كسترين", "ترجمة الوثائق", "٢٠٢٠"),
    ("لومارا", "رعاية الأطفال", "٢٠٢١"),
)


def write_documents(folder: Path) -> tuple[Path, Path]:
    """Write them below `folder`; return the folders of the public and of the internal ones.

    In the two long ones the sentence asked for stands far below the first screen.
    """
    public, internal = folder / "public", folder / "internal"
    public.mkdir()
    internal.mkdir()
    english = [
        f"Since {year} the desk in {town} has offered {service}. It sees about {number} people a week, most of them "
        f"sent there by their neighbours, and it keeps a list of those who wait for {service}.\n\n"
        f"The staff in {town} speak three languages and are joined by volunteers in summer."
        for town, service, year, number in _ENGLISH_TOWNS
    ]
    arabic = [
        f"يقدّم المكتب في مدينة {town} {service} منذ عام {year}. ويزوره كل أسبوع عدد كبير من الناس يرسلهم جيرانهم.\n\n"
        f"يتحدث الموظفون في {town} ثلاث لغات وينضم إليهم متطوعون في فصل الصيف."
        for town, service, year in _ARABIC_TOWNS
    ]
    _write(public / "desks.md", "# Desks of the province", english, ENGLISH_SENTENCE)
    _write(public / "arabic.md", "# مكاتب المقاطعة", arabic, ARABIC_SENTENCE)
    hostile = f"Laundry <b onmouseover=window.pwned=4>vouchers</b>\n\n{HOSTILE_SENTENCE}\n"
    (public / "laundry.txt").write_text(hostile, "utf-8")
    secret = f"Warehouse rules\n\nThe code of the warehouse door in Calderra is {CANARY} and changes every month.\n"
    (internal / "warehouse.txt").write_text(secret, "utf-8")
    return public, internal


def _write(path: Path, heading: str, paragraphs: list[str], sentence: str) -> None:
    path.write_text("\n\n".join([heading, *paragraphs[:-1], sentence, paragraphs[-1]]) + "\n", "utf-8")
