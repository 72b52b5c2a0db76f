"""The report of a matrix: what was to be reached, where fusion loses, and every pair of languages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from eval.aims import AIMS, PUBLISHED, Published, aim_of, published_of
from eval.bootstrap import LEVEL, RESAMPLES, SEED, Interval, interval
from eval.families import FAMILIES, Family
from eval.matrix import Matrix, PairResult
from eval.metrics import MEASURES
from eval.plot import Dot, DotRow, dot_plot
from eval.report import NOT_REACHED, REACHED, Report, Table
from eval.ways import PRODUCT, Way

NDCG = "ndcg@10"
WORST = 12
"""Pairs shown of those that lose, and of those that gain least."""
NOT_MEASURED = "not measured"


def matrix_report(matrix: Matrix, ways: Sequence[Way]) -> Report:
    """Printed are the figures to reach and the pairs that lose; the page and the JSON hold all of them."""
    tables = [_aims(matrix), _losses(matrix), _published(matrix)]
    for family in FAMILIES.values():
        mine = [result for result in matrix.results if result.family == family]
        if mine:
            tables += [*_grids(family, mine, ways), _pairs(family, mine)]
    return Report("Search across languages", tables, _figures(matrix), _notes(matrix))


def _notes(matrix: Matrix) -> list[str]:
    part = f"Of families that are divided, only the {matrix.split} questions. " if matrix.split else ""
    few = f"Only the first {matrix.limit} questions of each pair: not to be compared. " if matrix.limit else ""
    return [
        f"{matrix.day.isoformat()}, missiondesk {matrix.version} (reading {matrix.pipeline}), {matrix.model}. "
        f"{few}{part}Through the product's own reading, splitting, index and search.",
        f"In brackets: {LEVEL:.0%} bootstrap intervals over the questions ({RESAMPLES:,} resamples, seed {SEED}); "
        "differences are paired, question by question.",
        f"Embedding a question took {matrix.embed_milliseconds:.1f} ms (median); milliseconds in the tables are the "
        "median search without it.",
    ]


def _aims(matrix: Matrix) -> Table:
    rows = []
    for aim in AIMS:
        found = _ndcg(matrix, aim.family, aim.pair.name, PRODUCT)
        cells = (f"{aim.family.title} {aim.pair}", _exact(found), f"≥ {aim.least:.3f}", _verdict(found, aim.least))
        rows.append(cells)
    return Table(f"Figures to reach: nDCG@10, {PRODUCT}", ("what", "nDCG@10", "to reach", "verdict"), rows)


def _losses(matrix: Matrix) -> Table:
    """Pairs and ways below their better part, the worst first; they are as many as they are, shown are the first."""
    gains = [(result, name, gain) for result in matrix.results for name, gain in result.gains.items()]
    gains.sort(key=lambda each: each[2].difference.mean)
    below = sum(gain.difference.mean < 0 for _, _, gain in gains)
    sure = sum(gain.difference.high < 0 for _, _, gain in gains)
    rows = [
        (
            f"{result.family.title} {result.pair}, {name}",
            _short(result.scores[name].intervals()[NDCG]),
            f"{gain.best_part} {result.scores[gain.best_part].means()[NDCG]:.3f}",
            _signed(gain.difference),
            "below" if gain.difference.high < 0 else "within chance" if gain.difference.mean < 0 else "not below",
        )
        for result, name, gain in gains[: max(WORST, sure)]
    ]
    title = f"Below the better part: {below} of {len(gains)}, {sure} of them beyond chance; the least gains first"
    return Table(title, ("pair", "nDCG@10", "better part", "difference", "verdict"), rows)


def _published(matrix: Matrix) -> Table:
    rows = []
    for each in PUBLISHED:
        found = _ndcg(matrix, each.family, each.pair.name, each.beside)
        label = f"{each.family.title} {each.pair.texts}: {each.system}"
        rows.append((label, f"{each.figure:.3f}", each.beside, _exact(found), _verdict(found, each.figure)))
    columns = ("published", "nDCG@10", "beside our", "nDCG@10", "verdict")
    return Table("Beside published figures", columns, rows, page_only=True)


def _grids(family: Family, results: Sequence[PairResult], ways: Sequence[Way]) -> Iterator[Table]:
    """Per way, questions by texts."""
    texts = [name for name in family.languages if any(result.pair.texts == name for result in results)]
    questions = [name for name in family.languages if any(result.pair.questions == name for result in results)]
    found = {(result.pair.questions, result.pair.texts): result for result in results}
    for way in sorted(ways, key=lambda way: way.part):
        rows = []
        for asked in questions:
            cells = [found.get((asked, read)) for read in texts]
            rows.append((asked, *(f"{cell.scores[way.name].means()[NDCG]:.3f}" if cell else "–" for cell in cells)))
        title = f"{family.title}: nDCG@10, {way.name}; questions down, texts across"
        yield Table(title, ("", *texts), rows, page_only=True, shaded=True)


def _pairs(family: Family, results: Sequence[PairResult]) -> Table:
    ordered = sorted(results, key=lambda result: result.pair.questions != result.pair.texts)
    plotted = [DotRow(str(result.pair), tuple(_dots(result))) for result in ordered]
    columns = ("questions → texts, by", "questions", "texts", *MEASURES, "over the better part", "ms")
    rows = [row for result in ordered for row in _rows(result)]
    plot = dot_plot(f"{family.title}: nDCG@10 of each pair of languages with its interval", plotted)
    title = f"{family.title}: every pair of languages, same language first"
    return Table(title, columns, rows, plot=plot, page_only=True)


def _dots(result: PairResult) -> Iterator[Dot]:
    for name, scores in result.scores.items():
        found = scores.intervals()[NDCG]
        aim = aim_of(result.family, result.pair) if name == PRODUCT else None
        published = published_of(result.family, result.pair, name)
        yield Dot(name, found.mean, found.low, found.high, aim, published.figure if published else None)


def _rows(result: PairResult) -> Iterator[Sequence[str]]:
    for name, scores in result.scores.items():
        gain = result.gains.get(name)
        difference = f"{_signed(gain.difference)} over {gain.best_part}" if gain else ""
        measures = map(_short, scores.intervals().values())
        counts = str(result.queries), str(result.texts)
        yield f"{result.pair}, {name}", *counts, *measures, difference, f"{scores.milliseconds:.1f}"


def _figures(matrix: Matrix) -> dict[str, object]:
    aims = [
        {
            "what": f"{aim.family.folder} {aim.pair.name}",
            "least": aim.least,
            "reached": found and found.mean >= aim.least,
        }
        for aim in AIMS
        for found in [_ndcg(matrix, aim.family, aim.pair.name, PRODUCT)]
    ]
    return {
        "date": matrix.day.isoformat(),
        "version": matrix.version,
        "model": matrix.model,
        "split": matrix.split,
        "limit": matrix.limit,
        "embed_milliseconds": round(matrix.embed_milliseconds, 2),
        "aims": aims,
        "pairs": [_pair_figures(result) for result in matrix.results],
    }


def _pair_figures(result: PairResult) -> dict[str, object]:
    ways = {
        name: {
            **{measure: found.figures() for measure, found in scores.intervals().items()},
            "milliseconds": round(scores.milliseconds, 2),
        }
        for name, scores in result.scores.items()
    }
    gains = {name: {"over": gain.best_part, **gain.difference.figures()} for name, gain in result.gains.items()}
    named = {"family": result.family.folder, "questions": result.pair.questions, "texts": result.pair.texts}
    published = [_published_of(result, name) for name in result.scores]
    return {
        **named, "queries": result.queries, "passages": result.texts, **ways, "gains": gains,
        "published": {each.system: each.figure for each in published if each},
    }  # fmt: skip


def _published_of(result: PairResult, way: str) -> Published | None:
    return published_of(result.family, result.pair, way)


def _ndcg(matrix: Matrix, family: Family, pair: str, way: str) -> Interval | None:
    for result in matrix.results:
        if (result.family, result.pair.name) == (family, pair) and way in result.scores:
            return interval(result.scores[way].values[NDCG])
    return None


def _verdict(found: Interval | None, least: float) -> str:
    if found is None:
        return NOT_MEASURED
    return REACHED if found.mean >= least else NOT_REACHED


def _exact(found: Interval | None) -> str:
    return f"{found.mean:.4f} ({found.low:.3f}–{found.high:.3f})" if found else "–"


def _short(found: Interval) -> str:
    return f"{found.mean:.3f} ({found.low:.3f}–{found.high:.3f})"


def _signed(found: Interval) -> str:
    return f"{found.mean:+.3f} ({found.low:+.3f} to {found.high:+.3f})"
