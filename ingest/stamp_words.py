"""The words of lines that systems print: "Last updated …", "Hits: …", "Written by …", and those of deadlines.

The words are those of content systems in the languages of mission sites.
"""

from __future__ import annotations

import re

NUMBER = "0"
"""What stands for a date, a number or an address in a stamp."""
_LONGEST_BYLINE = 80  # characters
SENTENCE_ENDS = ".!?:;؟。।"
_PRINTED = """
last (?:updated|modified|changed|edited|reviewed)|updated|modified|as of|posted(?: on)?|published|printed|retrieved
accessed|revision|version|page 0 of 0|created on|archived
aktualisiert|zuletzt|geändert|stand|eingestellt|veröffentlicht|gedruckt|abgerufen|erstellt|bearbeitet|druckdatum
seite 0 von 0
aggiornat[oa]|ultim[oa] (?:modifica|aggiornamento)|pubblicat[oa]|modificat[oa]|stampat[oa]|pagina 0 di 0
actualizat[ăa]?|ultima (?:actualizare|modificare)|publicat[ăa]?(?: la| în)?|modificat|tipărit
mise? à jour|publiée? le|modifiée? le|imprimée? le|consultée? le|actualizado|publicado|modificado|impreso
оновлено|змінено|опубліковано|надруковано|останнє оновлення|обновлено|изменено|опубликовано|последнее обновление
آخر تحديث|تاريخ النشر|تاريخ التحديث|نشر في|تم التحديث|تم النشر|آخرین به[\u200c ]?روزرسانی|به[\u200c ]?روز شده
עודכן|פורסם|עדכון אחרון|la cusbooneysiiyay|la daabacay|güncelleme|güncellendi|yayınlanma|zaktualizowano|opublikowano
përditësuar|publikuar
"""
_COUNTED = """
views?|hits|clicks|visitors?|visits|guests? online|users? online|people read|readers|min(?:ute)?s?\\.? read|reading time
comments?|shares|likes|entries|visitor no|counter
aufrufe|zugriffe|klicks|besucher|gäste online|benutzer online|mal gelesen|leser|lesezeit|kommentare?|einträge|zähler
visite|visitatori|letture|commenti|visualizzazioni|vizualizări|vizitatori|accesări|comentarii|vues|visiteurs|lectures
commentaires|vistas|visitas|visitantes|comentarios|перегляд\\w*|відвідувач\\w*|читач\\w*|коментар\\w*|просмотр\\w*
посетител\\w*|комментари\\w*|مشاهدة|مشاهدات|زيارة|زائر|قراءة|تعليق\\w*|بازدید|צפיות|תגובות|daawasho|görüntülenme|okunma
"""
_WRITTEN = """
written by|posted by|published by|created by|author|by|geschrieben von|verfasst von|erstellt von|autor(?:in)?|von
scritto da|autore|pubblicato da|scris de|publicat de|écrit par|auteur|publié par|escrito por|publicado por|автор
كتبه|بقلم|الكاتب|نویسنده|נכתב על ידי|מאת|waxaa qoray
"""
_DEADLINE = re.compile(
    r"\b(?:deadlines?|until|due|expir\w+|valid|no later|apply|applications?|opens?|closes?|closing|starts?|begins?"
    r"|frist\w*|bis|gültig|ablauf\w*|bewerb\w*|antrag\w*|beginn\w*|ende[nt]?|scaden\w+|entro|fino|domand\w+|termen\w*"
    r"|până|cerer\w+|limite|jusqu\w*|avant|délai|demandes?|plazo|hasta|solicitud\w*|термін\w*|до|дійсн\w*|заяв\w*|срок\w*"
    r"|son|kadar|termin\w*|ważn\w*)\b|موعد|حتى|مهلة|انتهاء|مهلت|תאריך אחרון|עד",
    re.I,
)


def _words(lines: str) -> str:
    return "|".join(lines.strip().splitlines())


_STAMP = re.compile(rf"(?:^|[^\w])(?:{_words(_PRINTED)}|{_words(_COUNTED)})(?!\w)", re.I)
_BYLINE = re.compile(rf"(?:{_words(_WRITTEN)})(?!\w)[\s:]*\S", re.I)


def is_printed(line: str) -> bool:
    """Whether a line, with `NUMBER` for each of its numbers, has a word that systems print beside a number."""
    return _STAMP.search(line) is not None


def tells_deadline(line: str) -> bool:
    """Whether a line has a word that deadlines are told with."""
    return _DEADLINE.search(line) is not None


def is_byline(line: str) -> bool:
    """Whether the line may name who wrote the page."""
    return len(line) <= _LONGEST_BYLINE and _BYLINE.match(line) is not None and line[-1] not in SENTENCE_ENDS
