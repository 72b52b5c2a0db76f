"""What was seen of each widget, as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from eval.report import Table
from eval.widget_peers import PEERS
from eval.widget_visit import SETTLE_SECONDS, Seen

_ROWS = (
    "Size to the first question, gzip -9", "Size before the click", "Requests before the click",
    "Stored before the click", "Stored after a question", "Other parties asked",
    "axe, panel open: WCAG 2.2 A/AA rules broken", "Focus goes to the field", "Escape closes",
    "Live region in the open panel",
    "On an Arabic page", "Strict policy: violations", "Strict policy: answers", "The source of an answer",
    "Could not be looked at",
)  # fmt: skip


def table_of(found: Mapping[str, Seen]) -> Table:
    """One column a widget."""
    columns = [_cells(seen) for seen in found.values()]
    rows = [[name, *(column[number] for column in columns)] for number, name in enumerate(_ROWS)]
    return Table("Help widgets", ["", *found], [row for row in rows if any(row[1:])])


def as_markdown(table: Table, found: Mapping[str, Seen], missing: Sequence[str], day: date) -> str:
    """The table as a page of the documentation."""
    given = [peer for peer in PEERS if peer.package is None and peer.name in found]
    versions = ", ".join(peer.package or peer.name for peer in PEERS if peer.name in found)
    lines = [
        "# Help widgets compared",
        "",
        f"Made by `python -m eval widgets` on {day.isoformat()}, in one run of Chromium: {versions},",
        "each embedded as its own instructions say, with a stand-in on loopback for its server, which answers every",
        "question with one sentence and, where the protocol has a place for it, a source. missiondesk is the real",
        "server over one document.",
        "",
        "| " + " | ".join(table.columns) + " |",
        "|" + "---|" * len(table.columns),
        *("| " + " | ".join(row) + " |" for row in table.rows),
        "",
        "- Sizes: all that was loaded but the page and the lines that embed the widget, each file by `gzip -9`.",
        "- deep-chat has no launcher: what it loads and shows is there with the page, and there is nothing to close.",
        f"- Requests to other parties are counted, and then refused. Each step is given {SETTLE_SECONDS:.0f} s.",
        "- The strict policy is `default-src 'none'`, with scripts, styles, images, fonts and connections allowed from",
        "  the widget's own server, and no `unsafe-…`. Where `style-src` is violated, styles are missing.",
        "- The source counts as quoted, named or linked to where that is on the page once the answer is there, without",
        "  another click.",
        *(f"- {peer.name} is not in the npm registry: its built files were given (`--anythingllm`)." for peer in given),
        *(f"- Not loaded: {name}, whose files are not in the npm registry." for name in missing),
    ]
    return "\n".join(lines) + "\n"


def _cells(seen: Seen) -> list[str]:
    arabic = (("other side", seen.rtl_side), ("right to left", seen.rtl_text), ("Arabic words", seen.arabic_words))
    source = (("quoted", seen.tells_quote), ("named", seen.names_source), ("linked to", seen.links_source))
    return [
        _kilobytes(seen.bytes_to_question), _kilobytes(seen.bytes_before), str(seen.requests_before),
        _listed(seen.stored_before), _listed(seen.stored_after), _listed(sorted(seen.foreign)),
        _counted(seen.axe), _yes(seen.focus_goes_in),
        _yes(seen.escape_closes), _yes(seen.has_live_region), _true(arabic) or "as on an English one",
        _counted(seen.strict_violations), _yes(seen.works_strictly),
        (_true(source) or "not told") if seen.answers else "no answer", "; ".join(seen.faults),
    ]  # fmt: skip


def _kilobytes(size: int) -> str:
    return f"{size / 1000:.1f} KB"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) or "nothing"


def _counted(names: Sequence[str]) -> str:
    return f"{len(names)} ({', '.join(dict.fromkeys(names))})" if names else "0"


def _true(facts: Sequence[tuple[str, bool]]) -> str:
    return ", ".join(name for name, holds in facts if holds)


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"
