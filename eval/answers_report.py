"""The page and the figures of `python -m eval answers`."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import asdict

from assistant.answer import Citation
from assistant.assistant import EXTRACTIVE
from eval.answer_sets import AnswerSet
from eval.outcome import Measures, Outcome, missed
from eval.report import Report, Table

SEED = 5

Found = dict[str, list[Outcome]]
"""The outcomes of one set, by who answered."""


def answers_report(sets: Sequence[AnswerSet], found: dict[str, Found], read: int) -> Report:
    tables: list[Table] = []
    figures: dict[str, object] = {}
    for data in sets:
        measures = {by: _by_language(outcomes) for by, outcomes in found[data.name].items()}
        tables.append(_measures_table(data, measures))
        figures[data.name] = {
            by: {language: asdict(of_group) for language, of_group in groups.items()}
            | {"missed": [item.question.id for item in found[data.name][by] if missed(item)]}
            for by, groups in measures.items()
        }
        for by, outcomes in found[data.name].items():
            if misses := [outcome for outcome in outcomes if missed(outcome)]:
                rows = [_miss(outcome) for outcome in misses]
                title = f"{data.name}, {by}: missed"
                tables.append(Table(title, ("id", "question", "rank", "cited"), rows, page_only=True))
    written = _written(found, read)
    if written:
        columns = ("set", "question", "sentence", "support", "quotes")
        tables.append(Table("Sentences of the model, to be read", columns, written, page_only=True))
        figures["to_read"] = written
    return Report("Answers", tables, figures, [data.note for data in sets if data.note])


def _by_language(outcomes: Sequence[Outcome]) -> dict[str, Measures]:
    languages = sorted({outcome.question.language for outcome in outcomes})
    groups = {name: [item for item in outcomes if item.question.language == name] for name in languages}
    return {"all": Measures.of(outcomes), **{name: Measures.of(group) for name, group in groups.items()}}


def _measures_table(data: AnswerSet, measures: dict[str, dict[str, Measures]]) -> Table:
    """A row a measure: there are more measures than ways and languages."""
    shown = {
        f"{by} {language}" if language != "all" else by: of_group
        for by, groups in measures.items()
        for language, of_group in groups.items()
        if language == "all" or len(groups) > 2
    }
    columns = ("measure", *shown)
    cells = [asdict(of_group) for of_group in shown.values()]
    rows = [(name.replace("_", " "), *(_cell(each[name]) for each in cells)) for name in cells[0]]
    return Table(f"{data.name}: {len(data.questions)} questions", columns, rows)


def _cell(value: float | int | None) -> str:
    return "-" if value is None else str(value)


def _miss(outcome: Outcome) -> tuple[str, str, str, str]:
    question = outcome.question
    cited = " | ".join(_line(citation) for citation in outcome.answer.citations)
    return question.id, question.text, _cell(outcome.rank), cited if outcome.answered else "(declined)"


def _written(found: dict[str, Found], most: int) -> list[tuple[str, str, str, str, str]]:
    """Sentences that a model wrote, with what is cited for them; `most` of them, by a lot with a seed."""
    rows = []
    for name, by_way in found.items():
        for outcome in (item for by, of_way in by_way.items() if by != EXTRACTIVE for item in of_way):
            if outcome.answer.answered_by == EXTRACTIVE:
                continue
            citations = {citation.number: citation for citation in outcome.answer.citations}
            for statement in outcome.answer.statements:
                quotes = " | ".join(_line(citations[number]) for number in statement.citations)
                rows.append((name, outcome.question.text, statement.text, f"{statement.support:.2f}", quotes))
    return random.Random(SEED).sample(rows, min(most, len(rows)))


def _line(citation: Citation) -> str:
    return " ".join(citation.quote.split())
