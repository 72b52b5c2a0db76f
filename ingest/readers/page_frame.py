"""The parts of a web page that are not its text: scripts, navigation, forms, banners, footers."""

from __future__ import annotations

import re

from lxml import html

_DROPPED = (
    "//script | //style | //noscript | //template | //nav | //select | //textarea | //iframe | //svg | //canvas"
    " | //object | //embed | //dialog | //comment() | //processing-instruction() | //head/*[not(self::title)]"
    " | //footer[not(ancestor::article)] | //article//footer[.//a[@rel='tag' or @rel='category tag']]"
    " | //*[@role='navigation' or @role='contentinfo' or @role='search' or @role='dialog' or @role='alertdialog']"
)
_MARKED = "//*[(@class or @id) and not(self::html or self::body or self::main or self::article)]"
_FRAME_NAME = re.compile(
    r"(?:^|[\s_-])(?:cookies?(?:[\s_-]?(?:banner|notice|bar|consent|law|policy))?|gdpr|consent|breadcrumbs?|skip-?(?:link|to|nav)\w*"
    r"|nav(?:bar|igation)?|menus?|submenu|sidebar|widget-area|social(?:-share)?|share(?:-buttons|bar|daddy)?|sharedaddy"
    r"|footer|site-header|masthead|colophon|pagination|pager|related(?:-posts|-links)?|newsletter|popup|modal|print-only"
    r"|sr-only|visually-hidden|screen-reader-text)(?:$|[\s_-])",
    re.I,
)
_LABEL = "ancestor::h1 or ancestor::h2 or ancestor::h3 or ancestor::h4 or ancestor::h5 or ancestor::h6 or ancestor::dt"
_BUTTONS = f"//button[not({_LABEL}) and not(@aria-controls or @aria-expanded or @data-bs-target or @data-target)]"
_FORM = 400  # characters of a form from which it is taken for what the page is in, not for fields to fill in


def drop_frame(root: html.HtmlElement) -> None:
    """Remove what is frame by its element or its name, in place. The heading of an accordion may be a button."""
    for element in root.xpath(f"{_DROPPED} | {_BUTTONS}"):
        _drop(element)
    for form in root.xpath("//form"):
        if not _holds_text(form) and len(form.text_content()) < _FORM:
            _drop(form)
    for element in root.xpath(_MARKED):
        names = f"{element.get('class', '')} {element.get('id', '')}"
        if _FRAME_NAME.search(names) and not _holds_text(element):
            _drop(element)


def _drop(element: html.HtmlElement) -> None:
    if element.getparent() is not None:
        if element.tail:
            element.tail = f" {element.tail}"
        element.drop_tree()


def _holds_text(element: html.HtmlElement) -> bool:
    """Whether an element named like a frame is in truth around the page's text (`<div class="page with-sidebar">`)."""
    return bool(element.xpath(".//main | .//article | .//h1")) or len(element.xpath(".//p")) > 8
