"""One duty, several instruments: every article keeps its verdict, the strictest bound is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from jifang.law.kinds.measure import Threshold
from jifang.law.model import Pack

_BINDING = {"compliant", "violation", "unknown", "pending"}


def strictest(pack: Pack, cells: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], Mapping[str, Any]]:
    """For each subject and obligation the described cell whose bound is strictest among those that bind.

    Lower bounds: the highest; upper bounds: the lowest; cells without a number: the first of them.
    """
    found: dict[tuple[str, str], Mapping[str, Any]] = {}
    for cell in cells:
        name = cell.get("obligation")
        if name is None or cell["verdict"] not in _BINDING:
            continue
        key = (str(cell["subject"]), str(name))
        held = found.get(key)
        if held is None or _stricter(pack, cell, held):
            found[key] = cell
    return found


def _stricter(pack: Pack, cell: Mapping[str, Any], held: Mapping[str, Any]) -> bool:
    if cell["required"] is None or held["required"] is None:
        return held["required"] is None and cell["required"] is not None
    kind = pack.rules[cell["rule"]].kind if cell["rule"] in pack.rules else None
    if isinstance(kind, Threshold) and kind.at_most:
        return bool(cell["required"] < held["required"])
    return bool(cell["required"] > held["required"])
