"""Write rows as CSV or XLSX, a piece at a time, safe against formulas."""

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

PIECE = 256 * 1024
XLSX_ROWS = 1_048_575
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
BOM = "\ufeff"


def guarded(text: str) -> str:
    """Keep a spreadsheet from running a text as a formula: an apostrophe before ``= + - @``, tab, return.

    A plain number keeps its sign (CWE-1236).
    """
    if text[:1] in ("=", "+", "-", "@", "\t", "\r") and text and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def csv_pieces(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """Yield a CSV file in pieces: UTF-8 with a byte order mark, so that every spreadsheet reads Chinese."""
    held = io.StringIO(newline="")
    held.write(BOM)
    writer = csv.writer(held)
    writer.writerow([guarded(head) for head in heads])
    for row in rows:
        writer.writerow([guarded(cell) for cell in row])
        if held.tell() > PIECE:
            yield held.getvalue().encode()
            held.seek(0)
            held.truncate()
    yield held.getvalue().encode()


def xlsx_pieces(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """Yield a workbook in pieces. Cells are texts, so nothing in them is ever a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", title)[:31])
    sheet.freeze_panes = "A2"
    bold = []
    for head in heads:
        cell: Any = WriteOnlyCell(sheet, value=head)
        cell.font = Font(bold=True)
        cell.data_type = "s"
        bold.append(cell)
    sheet.append(bold)
    for number, row in enumerate(rows):
        if number >= XLSX_ROWS:
            break
        sheet.append([_text_cell(sheet, cell) for cell in row])
    with tempfile.TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def _text_cell(sheet: Any, text: str) -> Any:
    clean = ILLEGAL_CHARACTERS_RE.sub("", text)
    if clean[:1] in ("=", "+", "-", "@"):
        cell: Any = WriteOnlyCell(sheet, value=clean)
        cell.data_type = "s"
        return cell
    return clean
