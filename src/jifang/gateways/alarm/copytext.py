"""Values as PostgreSQL's COPY text format wants them (one line a row, tabs between, ``\\N`` for NULL)."""

from datetime import datetime

_SPECIAL = str.maketrans(
    {
        "\\": "\\\\",
        "\t": "\\t",
        "\n": "\\n",
        "\r": "\\r",
        "\b": "\\b",
        "\f": "\\f",
        "\v": "\\v",
        "\0": "\\\\x00",
    }
)


def cell(value: object | None) -> str:
    """A value that needs no escaping (numbers, our own words), or NULL."""
    return "\\N" if value is None else str(value)


def text_cell(value: str) -> str:
    """Text of any origin. PostgreSQL's text has no NUL: it is shown as ``\\x00``."""
    if value.isalnum():
        return value
    return value.translate(_SPECIAL)


def bytes_cell(value: bytes) -> str:
    """A bytea."""
    return "\\\\x" + value.hex()


def time_cell(value: datetime | None) -> str:
    """An aware instant in UTC, or NULL."""
    return "\\N" if value is None else value.isoformat()
