"""YAML as packs may use it: one document, no key twice, no alias, no tag, `on` and `no` are words.

PyYAML follows YAML 1.1, where ``on`` is a truth value and a key given twice silently wins: both would change
what a rule says without anyone seeing it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from jifang.law.errors import PackError

LARGEST_FILE = 1 << 20
"""Bytes of one file of a pack; the longest statute has 60 000."""
DEEPEST = 30
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc]
    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str | int):
                raise yaml.MarkedYAMLError(None, None, f"{key!r} cannot be a key", key_node.start_mark)
            if key in found:
                raise yaml.MarkedYAMLError(None, None, f"the key {key!r} stands twice", key_node.start_mark)
            found[key] = self.construct_object(value_node, deep=True)
        return found


def _mapping(loader: Any, node: Any) -> Any:
    return loader.construct_mapping(node)


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)
for _tag, _pattern, _first in (
    ("null", r"null|~|", ["n", "~", ""]),
    ("bool", r"true|false", ["t", "f"]),
    ("int", r"-?(?:0|[1-9][0-9]*)", list("-0123456789")),
    ("float", r"-?(?:0|[1-9][0-9]*)\.[0-9]+", list("-0123456789")),
    ("timestamp", r"[0-9]{4}-[0-9]{2}-[0-9]{2}", list("0123456789")),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"(?:{_pattern})\Z"), _first)


def load(file: str, content: bytes) -> Any:
    """Read one file. Raises ``PackError`` with the line for anything that is not plain data."""
    if len(content) > LARGEST_FILE:
        raise PackError(file, "", f"{len(content)} bytes are more than a file of a pack may have.")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise PackError(file, f"byte {error.start}", "this is not UTF-8; save the file as UTF-8.") from None
    try:
        # An alias could make ten lines into a billion values, and it hides what an article says.
        for token in yaml.scan(text, Loader=_Loader):
            if isinstance(token, yaml.AliasToken | yaml.AnchorToken | yaml.TagToken):
                line = token.start_mark.line + 1
                raise PackError(file, f"line {line}", "aliases, anchors and tags are not taken.")
        data = yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader, stricter still
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"line {mark.line + 1}" if mark is not None else ""
        raise PackError(file, place, f"{error.problem or error.context}.") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise PackError(file, "", f"this cannot be read: {error}.") from None
    _check_depth(file, data, 0)
    return data


def _check_depth(file: str, data: object, depth: int) -> None:
    if depth > DEEPEST:
        raise PackError(file, "", f"values nested deeper than {DEEPEST} are not taken.")
    if isinstance(data, Mapping):
        for value in data.values():
            _check_depth(file, value, depth + 1)
    elif isinstance(data, Sequence) and not isinstance(data, str):
        for value in data:
            _check_depth(file, value, depth + 1)
