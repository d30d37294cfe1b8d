"""Any list as a table file (CSV): its own rows, by its own rights, one after another as they are read."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

# Rows of one file; what comes after them is said to be missing.
LIMIT = 20_000
# Rows that are read from the database at once.
CHUNK = 500


def asks_for_sheet(request: HttpRequest) -> bool:
    """Whether a list is asked for as a file: `?format=csv`."""
    return request.GET.get("format") == "csv"


def sheet(name: str, titles: Sequence[Any], rows: Iterable[Sequence[Any]], *, limit: int = LIMIT):
    """The answer: UTF-8 with the mark by which office programs know it. `name`: of the file, without its ending.

    Moments are written in local time, figures plainly, and nothing that people typed is taken for a formula. A list
    that is longer than `limit` ends with a row that says so.
    """
    lines = _lines(titles, rows, limit, translation.get_language())
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


class _Line:
    """What csv writes to: it hands the line on."""

    def write(self, line: str) -> str:
        return line


def _lines(titles: Sequence[Any], rows: Iterable[Sequence[Any]], limit: int, language: str | None) -> Iterator[str]:
    writer = csv.writer(_Line())
    # It is read after the request's own language was put away.
    with translation.override(language):
        yield "\ufeff" + writer.writerow([cell(title) for title in titles])
        rows = iter(rows)
        for row in islice(rows, limit):
            yield writer.writerow([cell(value) for value in row])
        if next(rows, None) is not None:
            said = _("The list goes on: only its first %(count)d rows are here. Narrow it to get the rest.")
            yield writer.writerow([cell(said % {"count": limit})])


def cell(value: Any) -> str:
    """A value as it stands in the file."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (int, float, Decimal)):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    return safe(str(value))


def safe(text: str) -> str:
    """Text that a spreadsheet takes for a formula is told to be text."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
