"""Tables of web pages: which hold data, row by row, and which only arrange a page."""

from __future__ import annotations

from lxml import html

_ARRANGES = ".//table | .//h1 | .//h2 | .//h3 | .//h4 | .//form"
_LONGEST_CELL = 600  # characters of a cell that can be read as one of a row
_PARAGRAPHS = 3  # of a cell that is still one of a row
_SPAN = 50  # rows that a cell is repeated for at most


def arranges(row: html.HtmlElement) -> bool:
    """Whether a row stands for a page's columns rather than for a line of a table."""
    cells = row.xpath("./td | ./th")
    return any(
        cell.xpath(_ARRANGES) or len(cell.xpath(".//p")) > _PARAGRAPHS or len(cell.text_content()) > _LONGEST_CELL
        for cell in cells
    )


def carried_cells(table: html.HtmlElement) -> dict[html.HtmlElement, list[tuple[int, html.HtmlElement]]]:
    """For each row the cells of earlier rows that reach into it (`rowspan`), with their columns."""
    carried: dict[html.HtmlElement, list[tuple[int, html.HtmlElement]]] = {}
    open_cells: dict[int, tuple[int, html.HtmlElement]] = {}
    for row in table.xpath("./tr | ./thead/tr | ./tbody/tr | ./tfoot/tr"):
        carried[row] = [(column, cell) for column, (_, cell) in sorted(open_cells.items())]
        taken = set(open_cells)
        open_cells = {column: (left - 1, cell) for column, (left, cell) in open_cells.items() if left > 1}
        column = 0
        for cell in row.xpath("./td | ./th"):
            while column in taken:
                column += 1
            if (reach := _number(cell.get("rowspan"))) > 1:
                open_cells[column] = (min(reach, _SPAN) - 1, cell)
            column += min(_number(cell.get("colspan")), _SPAN)
    return {row: cells for row, cells in carried.items() if cells}


def _number(value: str | None) -> int:
    return max(1, int(value)) if value and value.isascii() and value.isdigit() and len(value) < 5 else 1
