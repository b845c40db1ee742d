"""Read a CSV or XLSX file into rows of texts, whatever a spreadsheet made of it."""

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from jifang.kernel.errors import BadInputError, gettext_noop

MAX_BYTES = 50 * 1024 * 1024
MAX_UNPACKED = 400 * 1024 * 1024
MAX_ROWS = 100_000
MAX_CELL = 10_000
ENCODINGS = ("utf-8-sig", "gb18030", "utf-16")


@dataclass(frozen=True, slots=True)
class Table:
    """The heads and the rows of a file. ``rows`` are (row number as the spreadsheet counts, texts)."""

    heads: list[str]
    rows: list[tuple[int, list[str]]]
    encoding: str


def read(name: str, content: bytes) -> Table:
    """Read a file by its content. Raises ``BadInputError`` that says what is wrong with the file."""
    if len(content) > MAX_BYTES:
        raise BadInputError(
            "file",
            name,
            gettext_noop("“%(value)s” is larger than 50 MB."),
            gettext_noop("Split it into several files."),
        )
    if content.startswith(b"PK\x03\x04"):
        return _table(_xlsx_rows(name, content), "xlsx")
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise BadInputError(
            "file",
            name,
            gettext_noop("“%(value)s” is a workbook of the old XLS format."),
            gettext_noop("Save it as XLSX or CSV."),
        )
    text, encoding = _decode(name, content)
    return _table(_csv_rows(name, text), encoding)


def _decode(name: str, content: bytes) -> tuple[str, str]:
    # UTF-16 announces itself; GB18030 takes almost any bytes, so UTF-8, which does not, comes first
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        order: tuple[str, ...] = ("utf-16",)
    else:
        order = ENCODINGS[:2]
    for encoding in order:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text, encoding.removesuffix("-sig")
    raise BadInputError(
        "file",
        name,
        gettext_noop("“%(value)s” is neither UTF-8 nor GB18030 text, nor an XLSX workbook."),
        gettext_noop("Save it as “CSV UTF-8” or XLSX."),
    )


def _csv_rows(name: str, text: str) -> Iterator[tuple[int, list[str]]]:
    first = text[: text.find("\n")] if "\n" in text else text
    delimiter = max((",", ";", "\t"), key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise BadInputError(
            "file",
            name,
            gettext_noop("Line %(line)s cannot be read as CSV (%(error)s)."),
            gettext_noop("Look for a quotation mark that is not closed."),
            line=reader.line_num,
            error=str(error),
        ) from None


def _xlsx_rows(name: str, content: bytes) -> Iterator[tuple[int, list[str]]]:
    bad = BadInputError(
        "file",
        name,
        gettext_noop("“%(value)s” is not a workbook that can be read."),
        gettext_noop("Open it in a spreadsheet and save it as XLSX again."),
    )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MAX_UNPACKED:
                raise bad
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError):
        raise bad from None
    try:
        sheet = book.worksheets[0]
        for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            yield number, [_cell(value) for value in cells]
    except (IndexError, ValueError, KeyError):
        raise bad from None
    finally:
        book.close()


def _cell(value: Any) -> str:
    """A cell as a person would type it: whole numbers without a point, dates in ISO."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip()


def _table(rows: Iterator[tuple[int, list[str]]], encoding: str) -> Table:
    heads: list[str] = []
    kept: list[tuple[int, list[str]]] = []
    for number, cells in rows:
        if not any(cells):
            continue
        if any(len(cell) > MAX_CELL for cell in cells):
            raise BadInputError(
                "file",
                number,
                gettext_noop("Row %(value)s has a cell of more than 10 000 characters."),
                gettext_noop("Look for a quotation mark that is not closed."),
            )
        if not heads:
            heads = cells
            while heads and not heads[-1]:
                heads.pop()
            continue
        kept.append((number, [unguarded(cell) for cell in cells[: len(heads)]]))
        if len(kept) > MAX_ROWS:
            raise BadInputError(
                "file",
                MAX_ROWS,
                gettext_noop("The file has more than %(value)s rows."),
                gettext_noop("Split it into several files."),
            )
    if not heads:
        raise BadInputError(
            "file", "", gettext_noop("The file is empty."), gettext_noop("Take the template and fill it in.")
        )
    return Table(heads, kept, encoding)


def unguarded(cell: str) -> str:
    """Take back the apostrophe that an export puts before a text that begins like a formula."""
    return cell[1:] if len(cell) > 1 and cell[0] == "'" and cell[1] in "=+-@\t\r" else cell
