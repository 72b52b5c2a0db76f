"""The words of site menus, buttons and cookie notices, in the languages mission sites are written in."""

from __future__ import annotations

import re

_MENU = """
home|home page|homepage|start|startseite|acasa|acasă|prima pagina|prima pagină|accueil|inicio|início|головна|главная
الرئيسية|الصفحة الرئيسية|bogga hore|hoyga|ballina|strona główna|főoldal|ana sayfa|mwanzo
about|about us|who we are|chi siamo|despre|despre noi|cine suntem|à propos|qui sommes-nous|sobre nosotros|quiénes somos
über uns|про нас|о нас|من نحن|نبذة عنا|naga|ku saabsan|kush jemi|o nas|rólunk|hakkımızda|kuhusu sisi
our work|what we do|cosa facciamo|ce facem|activitatea noastră|nos actions|notre travail|qué hacemos|nuestro trabajo
що ми робимо|наша робота|что мы делаем|ماذا نفعل|عملنا|shaqadeena|maxaan qabanaa|çfarë bëjmë|was wir tun
contact|contacts|contact us|contatti|contattaci|contacte|nous contacter|contacto|contáctenos|kontakt|контакти|контакты
اتصل بنا|nala soo xiriir|la xiriir|na kontaktoni|iletişim|wasiliana nasi
news|latest news|media|press|events|publications|resources|projects|donate|careers|jobs|vacancies|faq|gallery|blog
notizie|novità|eventi|pubblicazioni|risorse|progetti|dona ora|lavora con noi|noutăți|știri|stiri|evenimente|publicații
resurse|proiecte|donează|cariere|actualités|évènements|événements|ressources|projets|faire un don|noticias|eventos
publicaciones|recursos|proyectos|donar|новини|події|публікації|ресурси|проєкти|новости|события|أخبار|الأخبار|فعاليات
منشورات|مشاريع|تبرع|wararka|dhacdooyinka|mashaariicda|nachrichten|aktuelles|veranstaltungen
menu|main menu|search|login|log in|sign in|register|sitemap|site map|language|languages|skip to content
skip to main content|cerca|accedi|registrati|mappa del sito|lingua|meniu|căutare|cautare|autentificare|rechercher
recherche|connexion|plan du site|buscar|iniciar sesión|mapa del sitio|suche|anmelden|меню|пошук|увійти|поиск|войти
القائمة|بحث|تسجيل الدخول|raadi|gal|vai al contenuto|sari la conținut|aller au contenu|ir al contenido
data and resources|take action|dati e risorse|agire|get involved|facebook|twitter|x|instagram|linkedin|youtube|telegram
whatsapp|rss|newsletter|privacy|privacy policy|cookie policy|cookies|terms of use|terms and conditions|legal notice
disclaimer|accessibility|imprint|impressum|datenschutz|note legali|informativa privacy|politica de confidențialitate
termeni și condiții|mentions légales|política de privacidad|aviso legal|політика конфіденційності|سياسة الخصوصية
siyaasadda arrimaha gaarka ah|english|italiano|română|romana|français|español|العربية|українська|русский|soomaali
deutsch|português|shqip|polski|magyar|türkçe|kiswahili|čeština|slovenčina|български|ελληνικά|فارسی|አማርኛ|
en|it|ro|fr|es|ar|uk|ua|ru|so|de
"""
MENU_WORDS = frozenset(entry.strip() for line in _MENU.splitlines() for entry in line.split("|") if entry.strip())

_ACTIONS = """
download(?: this| the)?|read more|learn more|find out more|see more|view all|see all|share(?: this| on)?|tweet
print(?: this)?|back to(?: top| list| news)?|go back|subscribe(?: to)?
follow us(?: on)?|click here|load more|show more|show less
next page|previous page|accept(?: all)?(?: cookies)?|reject all|cookie settings|manage cookies
scarica(?: il| la| questa| questo)?|leggi (?:di più|tutto|anche)|scopri di più|condividi(?: su)?|stampa(?: la pagina)?
torna (?:su|indietro|alla lista)|iscriviti(?: alla)?|seguici(?: su)?|clicca qui|accetta(?: tutti)?
descarcă|descarca|descărcați|citește mai mult|citeste mai mult|află mai mult|vezi (?:toate|tot)|distribuie(?: pe)?
tipărește|înapoi(?: sus)?|abonează-te|urmărește-ne(?: pe)?|apasă aici|accept(?:ă)? toate
télécharger(?: le| la)?|lire (?:la suite|plus)|en savoir plus|voir (?:tout|plus)|partager(?: sur)?|imprimer
retour(?: en haut)?|s'abonner|suivez-nous(?: sur)?|cliquez ici|tout accepter
descargar|leer más|ver (?:más|todo)|saber más|compartir(?: en)?|imprimir|volver(?: arriba)?|suscríbete|síguenos(?: en)?
herunterladen|mehr (?:lesen|erfahren)|weiterlesen|teilen|drucken|nach oben|alle akzeptieren
завантажити|читати (?:далі|більше)|дізнатися більше|поділитися|друкувати|назад|підписатися
скачать|читать далее|подробнее
تحميل|تنزيل|اقرأ المزيد|المزيد|شارك|مشاركة|طباعة|العودة(?: إلى الأعلى)?|اشترك|تابعنا(?: على)?|قبول الكل
soo deji|soo degso|akhri wax badan|wax badan ka akhri|la wadaag|daabac|dib u noqo|nagala soco
"""
_ACTION = re.compile(rf"(?:{'|'.join(_ACTIONS.split(chr(10))[1:-1])})\b(.*)", re.I)
_COOKIES = re.compile(r"\bcookie|кукі|файли cookie|ملفات تعريف الارتباط|buskud|cookie-uri|fișiere cookie", re.I)
_CONSENT = re.compile(
    r"\b(?:website|site|browsing|experience|consent|accept|sito|navigazion|esperienza|consenso|accett|navigare|experiența"
    r"|acord|consim|expérience|accepte|sitio|experiencia|aceptar|consentimiento|einverstanden|webseite)|сайт|згод|موقع"
    r"|موافق|bogga|websaydh",
    re.I,
)
_COPYRIGHT = re.compile(
    r"^(?:©|\(c\) ?\d{4}|copyright\b)|\b(?:all rights reserved|tutti i diritti riservati|toate drepturile rezervate"
    r"|tous droits réservés|todos los derechos reservados|alle rechte vorbehalten|усі права захищені"
    r"|все права защищены)|جميع الحقوق محفوظة",
    re.I,
)
_BREADCRUMB = re.compile(r"\s*(?:[>»›→]|::|\|)\s*|\s+[/–—•·]\s+")
_TRAIL = re.compile("[>»›→]")
_LABEL = re.compile(r"^[^:>»›|]{2,30}:\s+")  # "You are here: Home > Services"
_ACTION_WORDS = (
    3  # words that may follow the verb: "Download this presentation", not "Download the Final Report of ..."
)


def is_menu_word(line: str) -> bool:
    """Whether the line is an entry that menus everywhere have (`Home`, `Chi siamo`, a language's name)."""
    return line.strip(" -–•·|>»").casefold() in MENU_WORDS


def is_action(line: str) -> bool:
    """Whether the line is a button's label (`Read more`, `Download this presentation`)."""
    match = _ACTION.match(line)
    return match is not None and len(match[1].split()) <= _ACTION_WORDS and line[-1] not in ".!?:;" and len(line) <= 60


def is_breadcrumb(line: str) -> bool:
    """Whether the line is a path or bar of links of which two are menu words (`Home > Services`, `EN | RO | IT`)."""
    parts = [part for part in _BREADCRUMB.split(_LABEL.sub("", line)) if part]
    known = sum(is_menu_word(part) for part in parts)
    return (
        len(parts) >= 2
        and len(line) <= 200
        and (known >= 2 or (known == 1 and is_menu_word(parts[0]) and _TRAIL.search(line) is not None))
    )


def is_notice(line: str) -> bool:
    """Whether the line is a cookie notice or a copyright line; to be asked of a page's first and last lines only."""
    if len(line) <= 200 and _COPYRIGHT.search(line):
        return True
    return len(line) <= 600 and bool(_COOKIES.search(line) and _CONSENT.search(line))
