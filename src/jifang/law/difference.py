"""What changed from one version of a pack to another, in a lawyer's words."""

from __future__ import annotations

from typing import Any

from jifang.law.model import Pack, Parameter, Rule

_COMPARED = (
    "title",
    "bearer",
    "subject",
    "span",
    "cites",
    "obligation",
    "route",
    "scope",
    "exempt",
    "kind",
    "severity",
    "severity_when",
    "consequences",
    "interpretations",
    "evidence_class",
    "enabled",
)


def difference(old: Pack, new: Pack) -> dict[str, Any]:
    """Rules added, removed and changed; the same for consequences, interpretations, coverage and facts."""
    return {
        "old": {"pack": old.name, "version": old.version, "digest": old.digest},
        "new": {"pack": new.name, "version": new.version, "digest": new.digest},
        "rules": {
            "added": sorted(set(new.rules) - set(old.rules)),
            "removed": sorted(set(old.rules) - set(new.rules)),
            "changed": {
                name: change
                for name in sorted(set(old.rules) & set(new.rules))
                if (change := _rule(old.rules[name], new.rules[name]))
            },
        },
        "consequences": _sets(old.consequences, new.consequences),
        "interpretations": _sets(old.interpretations, new.interpretations),
        "instruments": _sets(old.instruments, new.instruments),
        "facts": _sets(old.catalogue, new.catalogue),
        "coverage": _sets(_rows(old), _rows(new)),
    }


def _rows(pack: Pack) -> dict[str, Any]:
    return {f"{name} {row.article}": row for name, rows in pack.coverage.items() for row in rows}


def _sets(old: Any, new: Any) -> dict[str, list[str]]:
    return {
        "added": sorted(set(new) - set(old)),
        "removed": sorted(set(old) - set(new)),
        "changed": sorted(name for name in set(old) & set(new) if old[name] != new[name]),
    }


def _rule(old: Rule, new: Rule) -> dict[str, Any]:
    change: dict[str, Any] = {
        field: {"old": _plain(getattr(old, field)), "new": _plain(getattr(new, field))}
        for field in _COMPARED
        if getattr(old, field) != getattr(new, field)
    }
    if old.parameter != new.parameter:
        change["parameter"] = {"old": _cases(old.parameter), "new": _cases(new.parameter)}
    return change


def _cases(parameter: Parameter | None) -> Any:
    if parameter is None:
        return None
    return {
        "name": parameter.name,
        "unit": parameter.unit,
        "combine": parameter.combine,
        "guard": parameter.guard,
        "cases": [
            {
                "label": case.label,
                "value": case.value,
                "from": None if case.span.begin is None else case.span.begin.isoformat(),
                "to": None if case.span.end is None else case.span.end.isoformat(),
            }
            for case in parameter.cases
        ],
    }


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return str(value)
