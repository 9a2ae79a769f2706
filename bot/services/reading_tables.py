"""Tables as offices send them: comma or semicolon, with or without byte order mark, from Excel or by hand."""

import csv
import io
from collections.abc import Iterable, Sequence

_DELIMITERS = ";,\t"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def decode_table(data: bytes) -> str:
    """Return the text of a file: UTF-8, else the encoding that Excel writes in Western Europe."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def read_rows(text: str) -> list[tuple[int, list[str]]]:
    """Return the lines of a table that hold anything, each with its number; the delimiter is that of the first."""
    text = text.lstrip("\ufeff")
    first = text.lstrip().partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows = ((reader.line_num, [cell.strip() for cell in row]) for row in reader)
    return [(number, row) for number, row in rows if any(row)]


def write_rows(rows: Iterable[Sequence[str]]) -> str:
    """Return a table that a German Excel opens by a double click."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";").writerows([_disarm(cell) for cell in row] for row in rows)
    return "\ufeff" + out.getvalue()


def _disarm(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula, whoever wrote the name that it begins with."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
