"""CSS as far as it hides text: declarations of an element, and of the simple selectors in a page's `<style>`.

Selectors of one class, one id or one tag, alone or together (`p.note`), are followed; those that depend on an element's
place or state are not. Style sheets in other files are never fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

Declarations = dict[str, str]

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.S)
_HIDING = re.compile(
    r"(?:display|visibility|opacity|color|background|background-color|font-size|position|left|right|top|bottom|text-indent"
    r"|margin-\w+|transform|clip|clip-path|content-visibility|filter|overflow|overflow-y|(?:max-)?(?:height|width)|mso-hide)$"
)
_SIMPLE = re.compile(r"([a-z][a-z0-9]*)?((?:[.#][\w-]+)*)", re.I)
_PART = re.compile(r"[.#][\w-]+")
_BRACE = re.compile(r"[{}]")
_SCREEN = re.compile(r"@(?:media\s+(?:screen|all|only screen)|supports|layer)\b", re.I)


def declarations(style: str) -> Declarations:
    """The properties of a `style` attribute in lower case, the last of each."""
    found: Declarations = {}
    if not style:
        return found
    for part in _COMMENT.sub("", style).lower().split(";"):
        name, colon, value = part.partition(":")
        if colon:
            found[name.strip()] = value.replace("!important", "").strip()
    return found


@dataclass(frozen=True, slots=True)
class _Rule:
    order: int
    tag: str
    names: frozenset[str]
    declared: Declarations


@dataclass(slots=True)
class StyleSheet:
    """Declarations by what they select: a tag, names like `.note` and `#top`, or both."""

    names_with_states: set[str] = field(default_factory=set)
    """Names that other rules show by state (`.tab.active`, `.panel:target`, `#x:checked ~ .panel`)."""
    painted: set[str] = field(default_factory=set)
    """Names that rules of other kinds give a background."""
    _rules: dict[str, list[_Rule]] = field(default_factory=dict)
    _count: int = 0

    def add(self, source: str) -> None:
        """Read one `<style>` element."""
        for selectors, body in _rules(_COMMENT.sub("", source)):
            found = {name: value for name, value in declarations(body).items() if _HIDING.match(name)}
            for selector in selectors.split(",") if found else ():
                self._add_rule(selector.strip(), found)

    def of(self, tag: str, names: frozenset[str], inline: Mapping[str, str]) -> Declarations:
        """What applies to an element, its own `style` last."""
        rules = [
            rule
            for key in {tag, *names}
            for rule in self._rules.get(key, ())
            if rule.tag in ("", tag) and rule.names <= names
        ]
        found: Declarations = {}
        for rule in sorted(rules, key=lambda rule: rule.order):
            found.update(rule.declared)
        found.update(inline)
        return found

    def _add_rule(self, selector: str, found: Declarations) -> None:
        simple = _SIMPLE.fullmatch(selector)
        if simple and selector:
            names = frozenset(_PART.findall(simple[2]))
            tag = (simple[1] or "").lower()
            self._count += 1
            self._rules.setdefault(min(names, default=tag), []).append(_Rule(self._count, tag, names, found))
            if len(names) < 2:
                return
        parts = _PART.findall(selector)
        if found.get("display", "none") != "none" or found.get("visibility") == "visible":
            self.names_with_states.update(parts)
        if "background" in found or "background-color" in found:
            self.painted.update(parts)


def _rules(source: str) -> Iterator[tuple[str, str]]:
    """Selectors and bodies, also inside `@media screen`; what is for print or other media is passed over."""
    position = 0
    while position < len(source):
        if (opening := source.find("{", position)) < 0:
            return
        head = source[position:opening].rpartition("}")[2].rpartition(";")[2].strip()
        if not head.startswith("@"):
            closing = source.find("}", opening)
            closing = len(source) if closing < 0 else closing
            yield head, source[opening + 1 : closing]
            position = closing + 1
        elif _SCREEN.match(head):
            position = opening + 1
        else:
            position = _end_of_block(source, opening)


def _end_of_block(source: str, opening: int) -> int:
    depth = 0
    for match in _BRACE.finditer(source, opening):
        depth += 1 if match[0] == "{" else -1
        if depth == 0:
            return match.end()
    return len(source)
