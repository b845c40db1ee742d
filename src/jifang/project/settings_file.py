"""TOML and environment into frozen dataclasses, with the line of a mistake.

Knows nothing of what is configured: a *section* is any dataclass whose fields have defaults. A field may
carry metadata: `doc` (one sentence), `min`, `max`. A cross-field rule is a `__post_init__` that raises
`ValueError("field: what is wrong and what to write instead")`.
"""

import dataclasses
import difflib
import re
import tomllib
import types
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from jifang.project.errors import UserError

Section = TypeVar("Section")
KeyPath = tuple[str | int, ...]

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?")
_KEY = re.compile(r"^\s*((?:[A-Za-z0-9_-]+|\"[^\"]*\")(?:\s*\.\s*(?:[A-Za-z0-9_-]+|\"[^\"]*\"))*)\s*=")
_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


class _WrongError(Exception):
    """A value that does not fit; `path` says where."""

    def __init__(self, path: KeyPath, message: str) -> None:
        super().__init__(message)
        self.path = path


def setting(default: Any, doc: str, **limits: Any) -> Any:
    """A field of a section: its default, one sentence of documentation, and `min` / `max`."""
    return dataclasses.field(default=default, metadata={"doc": doc, **limits})


def _parts(dotted: str) -> list[str]:
    return [part.strip().strip('"') for part in dotted.split(".")]


def line_of(text: str, path: KeyPath) -> int:
    """The line (from 1) of the key at `path`, or of its nearest enclosing table; 1 if neither is there."""
    seen: dict[str, int] = {}
    current: list[str | int] = []
    best, best_line = 0, 1
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            names = _parts(header[2])
            current = list(names)
            if header[1] == "[[":
                seen[header[2]] = seen.get(header[2], -1) + 1
                current.append(seen[header[2]])
            here: list[str | int] = current
        elif key := _KEY.match(line):
            here = [*current, *_parts(key[1])]
        else:
            continue
        if len(here) > best and tuple(here) == path[: len(here)]:
            best, best_line = len(here), number
    return best_line


def dotted(path: KeyPath) -> str:
    """`("gateway", "listeners", 0, "port")` as `gateway.listeners[0].port`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _nearest(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f"; did you mean {close[0]!r}?" if close else f". Known are: {', '.join(sorted(known))}."


def _named(kind: Any) -> str:
    names = {str: "text in quotes", int: "a whole number", float: "a number", bool: "true or false"}
    return names.get(kind, "a path in quotes" if kind is Path else str(kind))


def _scalar(kind: Any, value: object, path: KeyPath) -> object:
    if kind is Path and isinstance(value, str):
        return Path(value).expanduser()
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, kind) and not (kind is int and isinstance(value, bool)):
        return value
    raise _WrongError(path, f"{value!r} is not {_named(kind)}")


def _value(kind: Any, value: object, path: KeyPath) -> object:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        (inner,) = (one for one in arguments if one is not type(None))
        return _value(inner, value, path)
    if origin is typing.Literal:
        if value not in arguments:
            raise _WrongError(path, f"{value!r} is not one of {', '.join(map(repr, arguments))}")
        return value
    if origin is tuple:
        if not isinstance(value, list):
            raise _WrongError(path, f"{value!r} is not a list")
        return tuple(_value(arguments[0], one, (*path, index)) for index, one in enumerate(value))
    if dataclasses.is_dataclass(kind):
        return _section(typing.cast(type, kind), value, path)
    return _scalar(kind, value, path)


def _check_limits(field: "dataclasses.Field[Any]", value: Any, path: KeyPath) -> None:
    low, high = field.metadata.get("min"), field.metadata.get("max")
    if value is None or isinstance(value, str | tuple | Path):
        return
    if low is not None and value < low:
        raise _WrongError(path, f"{value} is below the least allowed, {low}")
    if high is not None and value > high:
        raise _WrongError(path, f"{value} is above the most allowed, {high}")


def _section(cls: type[Section], table: object, path: KeyPath) -> Section:
    if not isinstance(table, Mapping):
        raise _WrongError(path, f"{table!r} is not a table; write [{dotted(path)}] on a line of its own")
    fields = {field.name: field for field in settings_of(cls)}
    kinds = typing.get_type_hints(cls)
    values: dict[str, Any] = {}
    for name, given in table.items():
        here = (*path, name)
        if name not in fields:
            raise _WrongError(here, f"there is no such setting{_nearest(name, list(fields))}")
        values[name] = _value(kinds[name], given, here)
        _check_limits(fields[name], values[name], here)
    try:
        return cls(**values)
    except TypeError as error:
        raise _WrongError(path, str(error).split("__init__() ")[-1]) from error
    except ValueError as error:
        field_name, _, message = str(error).partition(": ")
        where = (*path, field_name) if message and field_name in fields else path
        raise _WrongError(where, message or str(error)) from error


def _from_text(kind: Any, text: str, name: str) -> object:
    """A value of the environment, which is always text, as TOML would have given it."""
    arguments = typing.get_args(kind)
    if typing.get_origin(kind) in (types.UnionType, typing.Union):
        (kind,) = (one for one in arguments if one is not type(None))
    if typing.get_origin(kind) is tuple:
        return [_from_text(arguments[0], part.strip(), name) for part in text.split(",") if part.strip()]
    if kind is bool:
        if text.lower() in _TRUE | _FALSE:
            return text.lower() in _TRUE
        raise UserError(f"{name}={text!r} is not one of 1, 0, true, false.")
    try:
        return kind(text) if kind in (int, float) else text
    except ValueError:
        raise UserError(f"{name}={text!r} is not {_named(kind)}.") from None


def settings_of(cls: type) -> "list[dataclasses.Field[Any]]":
    """The fields that a file may set: all but those that the reading program fills in itself."""
    return [field for field in dataclasses.fields(cls) if not field.metadata.get("internal")]


def environment_names(cls: type, prefix: str = "JIFANG") -> dict[str, tuple[tuple[str, ...], Any]]:
    """Variable name → (path, type) of every setting that one line of text can give."""
    names: dict[str, tuple[tuple[str, ...], Any]] = {}
    kinds = typing.get_type_hints(cls)
    for field in settings_of(cls):
        kind = kinds[field.name]
        if dataclasses.is_dataclass(kind):
            for name, (path, inner) in environment_names(
                typing.cast(type, kind), f"{prefix}_{field.name.upper()}"
            ).items():
                names[name] = ((field.name, *path), inner)
        elif not any(dataclasses.is_dataclass(one) for one in typing.get_args(kind)):
            names[f"{prefix}_{field.name.upper()}"] = ((field.name,), kind)
    return names


def read(
    cls: type[Section], file: Path | None, environment: Mapping[str, str], exempt: tuple[str, ...] = ()
) -> Section:
    """Read `file` (may be None or absent), lay `environment` over it; raises UserError with file and line.

    Names in `environment` that begin with `JIFANG_` must be settings; those that begin with one of `exempt`
    are somebody else's.
    """
    text, tables = "", {}
    if file is not None and file.exists():
        try:
            text = file.read_text(encoding="utf-8")
            tables = tomllib.loads(text)
        except UnicodeDecodeError as error:
            raise UserError(f"{file}: is not UTF-8 text ({error.reason} at byte {error.start}).") from error
        except tomllib.TOMLDecodeError as error:
            raise UserError(f"{file}: {error}.") from error
        except OSError as error:
            raise UserError(f"{file}: cannot be read: {error.strerror}.") from error
    names = environment_names(cls)
    from_environment: dict[KeyPath, str] = {}
    for name, given in environment.items():
        if not name.startswith("JIFANG_") or name.startswith(exempt):
            continue
        if name not in names:
            raise UserError(
                f"{name} in the environment: there is no such setting{_nearest(name, list(names))}"
            )
        path, kind = names[name]
        table = tables
        for part in path[:-1]:
            table = table.setdefault(part, {})
        table[path[-1]] = _from_text(kind, given, name)
        from_environment[path] = name
    try:
        return _section(cls, tables, ())
    except _WrongError as error:
        where = from_environment.get(error.path)
        if where is None:
            where = f"{file}:{line_of(text, error.path)}: {dotted(error.path)}"
        raise UserError(f"{where}: {error}.".replace("..", ".").replace("?.", "?")) from error
