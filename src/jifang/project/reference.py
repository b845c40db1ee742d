"""Write `docs/ref/configuration.md` from the configuration's classes, or check that it is what they say."""

import dataclasses
import sys
import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jifang.project.config import Config
from jifang.project.settings_file import settings_of

FILE = Path(__file__).resolve().parents[3] / "docs" / "ref" / "configuration.md"

INTRODUCTION = """\
# Configuration

<!-- Made from the classes in src/jifang/project/config.py by `make reference`; do not edit. -->

One TOML file, `var/jifang.toml`, and the environment, which wins. Everything has a default: an empty file, or
none, is a working installation on `http://localhost:8600`. A mistake is refused at the start with file, line,
name and remedy; an unknown name with the nearest known one.

```toml
[web]
host = "jifang.example.cn"   # HTTPS under this name

[backup]
directory = "/mnt/other-disk/jifang"
```

Two variables say where to look: `JIFANG_VAR` (the directory of everything an installation writes, `var` by
default) and `JIFANG_CONFIG` (another file than `jifang.toml` in it). A list in the environment is separated
by commas; tables in a list can only be given in the file.
"""


def _kind(kind: Any) -> str:
    arguments = typing.get_args(kind)
    if typing.get_origin(kind) in (types.UnionType, typing.Union):
        return _kind(next(one for one in arguments if one is not type(None)))
    if typing.get_origin(kind) is tuple:
        return f"list of {_kind(arguments[0])}"
    if typing.get_origin(kind) is typing.Literal:
        return " or ".join(f"`{one}`" for one in arguments)
    if dataclasses.is_dataclass(kind):
        return "tables, see below"
    return {str: "text", int: "whole number", float: "number", bool: "true or false", Path: "path"}[kind]


def _default(value: object) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, tuple):
        if any(dataclasses.is_dataclass(one) for one in value):
            return "one with the defaults below"
        return "`[" + ", ".join(f'"{one}"' for one in value) + "]`"
    return f"`{value}`"


def _limits(metadata: Any) -> str:
    low, high = metadata.get("min"), metadata.get("max")
    if low is not None and high is not None:
        return f" ({low} to {high})"
    return f" (at least {low})" if low is not None else f" (at most {high})" if high is not None else ""


def _section(cls: type, name: str, environment: bool) -> Iterator[str]:
    kinds = typing.get_type_hints(cls)
    yield f"| {'setting' if environment else 'key'} | type | default | meaning |"
    yield "|---|---|---|---|"
    inner: list[tuple[str, type]] = []
    for field in settings_of(cls):
        kind = kinds[field.name]
        for one in typing.get_args(kind):
            if dataclasses.is_dataclass(one):
                inner.append((f"{name}.{field.name}", typing.cast(type, one)))
        default = _default(field.default)
        meaning = field.metadata.get("doc", "")
        yield f"| `{field.name}` | {_kind(kind)}{_limits(field.metadata)} | {default} | {meaning} |"
    for path, table in inner:
        yield ""
        yield f"Each `[[{path}]]`:"
        yield ""
        yield from _section(table, path, environment=False)


def text() -> str:
    """The whole page."""
    lines = [INTRODUCTION]
    kinds = typing.get_type_hints(Config)
    for field in settings_of(Config):
        kind = kinds[field.name]
        meaning = (kind.__doc__ or "").strip().splitlines()[0]
        lines += [
            f"## [{field.name}]",
            "",
            meaning,
            "",
            f"In the environment: `JIFANG_{field.name.upper()}_…`",
            "",
        ]
        lines += [*_section(kind, field.name, environment=True), ""]
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """Write the page; with `--check` only compare."""
    if "--check" in arguments:
        if not FILE.exists() or FILE.read_text(encoding="utf-8") != text():
            print(
                f"{FILE.name} does not say what the configuration's classes say; run `make reference`.",
                file=sys.stderr,
            )
            return 1
        return 0
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(text(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
