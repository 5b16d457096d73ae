"""Tables as CSV, for spreadsheets: UTF-8 with a byte order mark, and no cell that a spreadsheet would compute."""

import csv
import io
from collections.abc import Iterable

from django.http import HttpResponse

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def line(cells: Iterable[object]) -> str:
    """One row. Numbers stay numbers; texts that begin like a formula get an apostrophe before them."""
    held = io.StringIO()
    csv.writer(held).writerow([f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell for cell in cells])
    return held.getvalue()


def file(name: str, header: Iterable[object], rows: Iterable[Iterable[object]]) -> HttpResponse:
    """A download, whole and not streamed: a stream would run after the tenant was left."""
    text = "\ufeff" + line(map(str, header)) + "".join(map(line, rows))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
