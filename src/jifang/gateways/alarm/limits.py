"""Small budgets that keep one sender from costing the others anything. Time is monotonic and an argument."""

_FORGOTTEN = 4096


class OncePerMinute:
    """Lets a thing with a name happen once a minute."""

    def __init__(self) -> None:
        self._last: dict[str, float] = {}
        self._tidied = 0.0

    def allows(self, name: str, now: float) -> bool:
        """Whether it may happen now; then it may not for a minute."""
        if now - self._last.get(name, -60.0) < 60.0:
            return False
        if len(self._last) >= _FORGOTTEN:
            # At most once a second: under a flood of names tidying must not become the load.
            if now - self._tidied < 1.0:
                return False
            self._tidied = now
            self._last = {known: at for known, at in self._last.items() if now - at < 60.0}
            if len(self._last) >= _FORGOTTEN:
                return False
        self._last[name] = now
        return True


class RefusalBudget:
    """How many refusals of one address and reason are stored one by one in a minute; the rest is counted."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._spent: dict[tuple[str, str], tuple[float, int, int]] = {}
        self._tidied = 0.0

    def take(self, address: str, reason: str, now: float) -> int | None:
        """The number of refusals left out since the last stored one, or None: leave this one out too."""
        key = (address, reason)
        began, stored, left_out = self._spent.get(key, (now, 0, 0))
        if now - began >= 60.0:
            began, stored = now, 0
        if stored >= self._per_minute:
            self._spent[key] = (began, stored, left_out + 1)
            return None
        if key not in self._spent and len(self._spent) >= _FORGOTTEN:
            if now - self._tidied < 1.0:
                return None
            self._tidied = now
            self._spent = {known: value for known, value in self._spent.items() if now - value[0] < 60.0}
            if len(self._spent) >= _FORGOTTEN:
                return None
        self._spent[key] = (began, stored + 1, 0)
        return left_out
