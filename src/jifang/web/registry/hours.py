"""Opening hours as people write them: ``1-5 08:00-18:00; 6,7 09:00-12:00``, Monday is 1."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_PART = re.compile(r"([1-7](?:\s*[-,，、]\s*[1-7])*)\s+(\d{1,2}:\d{2})\s*[-–~至]\s*(\d{1,2}:\d{2})")
_CLOCK = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")
MAX_PARTS = 20


def parse(text: str) -> list[dict[str, Any]]:
    """Read hours; raises ``ValueError`` with the part that could not be read."""
    parts = [part.strip() for part in re.split(r"[;；\n]", text) if part.strip()]
    if len(parts) > MAX_PARTS:
        raise ValueError(parts[MAX_PARTS])
    return [_parse_part(part) for part in parts]


def _parse_part(part: str) -> dict[str, Any]:
    match = _PART.fullmatch(part)
    if match is None:
        raise ValueError(part)
    days: set[int] = set()
    for span in re.split(r"[,，、]", match[1]):
        first, _dash, last = span.replace(" ", "").partition("-")
        start, end = int(first), int(last or first)
        days.update(range(start, end + 1) if start <= end else [*range(start, 8), *range(1, end + 1)])
    return {"days": sorted(days), "from": _clock(match[2], part), "to": _clock(match[3], part)}


def _clock(text: str, part: str) -> str:
    match = _CLOCK.fullmatch(text)
    if match is None or (int(match[1]) == 24 and match[2] != "00"):
        raise ValueError(part)
    return f"{int(match[1]):02d}:{match[2]}"


def write(hours: Any) -> str:
    """Write hours as they are read."""
    if not isinstance(hours, list):
        return str(hours or "")
    return "; ".join(f"{_days(part['days'])} {part['from']}-{part['to']}" for part in hours)


def _days(days: list[int]) -> str:
    if len(days) > 1 and days == list(range(days[0], days[-1] + 1)):
        return f"{days[0]}-{days[-1]}"
    return ",".join(str(day) for day in days)


class HoursField(forms.CharField):
    """Hours as a text; empty means at any time."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault(
            "help_text", _("For example 1-5 08:00-18:00; 6,7 09:00-12:00 (1 is Monday). Empty: at any time.")
        )
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Show stored hours as text."""
        return write(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """Read the text."""
        if isinstance(value, list):
            return value
        try:
            return parse(str(value or ""))
        except ValueError as error:
            raise ValidationError(
                _("“%(value)s” are no hours. Write days and times, for example 1-5 08:00-18:00."),
                params={"value": str(error)},
            ) from None
