"""Reading the parts of a pack: every key is known, every value has its type, or the pack is refused."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from jifang.law.errors import PackError

_DURATION = re.compile(r"P(?:(?P<days>\d{1,5})D)?(?:T(?:(?P<hours>\d{1,5})H)?(?:(?P<minutes>\d{1,6})M)?)?\Z")
_DAY_S = 86_400


class Part:
    """One mapping of a pack with its place; every getter names the place in its error."""

    def __init__(self, file: str, place: str, data: object) -> None:
        if not isinstance(data, Mapping):
            raise PackError(file, place, f"a mapping is needed, not {data!r}.")
        self.file = file
        self.place = place
        self.data: Mapping[Any, Any] = data

    def error(self, key: str, problem: str) -> PackError:
        """The error to raise for one key."""
        return PackError(self.file, f"{self.place}.{key}".strip("."), problem)

    def only(self, keys: Iterable[str]) -> Part:
        """Refuse any key but these."""
        known = set(keys)
        for key in self.data:
            if key not in known:
                raise self.error(str(key), f"unknown key; known here: {', '.join(sorted(known))}.")
        return self

    def part(self, key: str) -> Part | None:
        """A mapping below, or None."""
        value = self.data.get(key)
        return None if value is None else Part(self.file, f"{self.place}.{key}".strip("."), value)

    def need(self, key: str) -> Part:
        """A mapping below that must be there."""
        found = self.part(key)
        if found is None:
            raise self.error(key, "this is needed.")
        return found

    def parts(self, key: str) -> tuple[Part, ...]:
        """A list of mappings below; missing is empty."""
        values = self.data.get(key) or []
        if not isinstance(values, list):
            raise self.error(key, "a list is needed.")
        return tuple(Part(self.file, f"{self.place}.{key}[{i}]".strip("."), v) for i, v in enumerate(values))

    def text(self, key: str, default: str | None = None) -> str:
        """A text; raises when it is missing and has no default."""
        value = self.data.get(key, default)
        if not isinstance(value, str) or (not value and default != ""):
            raise self.error(key, f"a text is needed, not {value!r}.")
        return value

    def maybe_text(self, key: str) -> str | None:
        """A text or None."""
        return None if self.data.get(key) is None else self.text(key)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; one text is a list of one; missing is empty."""
        value = self.data.get(key)
        if value is None:
            return ()
        if isinstance(value, str):
            return (value,)
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            raise self.error(key, f"a list of texts is needed, not {value!r}.")
        return tuple(value)

    def number(self, key: str, default: float | None = None) -> float:
        """A number that is no truth value."""
        value = self.data.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.error(key, f"a number is needed, not {value!r}.")
        return value

    def flag(self, key: str, default: bool = False) -> bool:
        """true or false."""
        value = self.data.get(key, default)
        if not isinstance(value, bool):
            raise self.error(key, f"true or false is needed, not {value!r}.")
        return value

    def day(self, key: str) -> date | None:
        """A date or None."""
        value = self.data.get(key)
        if value is not None and not isinstance(value, date):
            raise self.error(key, f"a date such as 2017-08-01 is needed, not {value!r}.")
        return value

    def choice(self, key: str, choices: Iterable[str], default: str | None = None) -> str:
        """One of some words."""
        value = self.text(key, default)
        known = sorted(choices)
        if value not in known:
            raise self.error(key, f"{value!r} is not one of {', '.join(known)}.")
        return value

    def seconds(self, key: str) -> int | None:
        """A duration such as PT26H or P2D in seconds, or None."""
        value = self.data.get(key)
        if value is None:
            return None
        found = _DURATION.match(value) if isinstance(value, str) else None
        if found is None or not any(found.groups()):
            raise self.error(key, f"a duration such as PT26H or P2D is needed, not {value!r}.")
        days, hours, minutes = (int(found[name] or 0) for name in ("days", "hours", "minutes"))
        return days * _DAY_S + hours * 3600 + minutes * 60
