"""Canonical JSON: one value, one sequence of bytes, and a clear word for what has none."""

import json
import unicodedata
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jifang.kernel.errors import BadInputError
from jifang.ledger.canonical import decode, encode, parse, plain

strings = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | strings,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(strings.map(lambda s: unicodedata.normalize("NFC", s)), inner, max_size=4)
    ),
    max_leaves=12,
)


class Colour(StrEnum):
    RED = "red"


def test_the_escapes_are_those_of_rfc_8785() -> None:
    """The string of RFC 8785 section 3.2.2, without its numbers."""
    value = {"string": '€$\x0f\nA\'B"\\\\"/', "literals": [None, True, False]}
    assert (
        encode(value) == '{"literals":[null,true,false],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'.encode()
    )


def test_keys_sort_by_utf16_units_as_rfc_8785_asks() -> None:
    """An emoji (surrogates D83D DE00) comes before U+FF5E although its code point is larger."""
    assert encode({"～": 1, "😀": 2, "\r": 3, "1": 4, "ö": 5, "€": 6}) == (
        '{"\\r":3,"1":4,"ö":5,"€":6,"😀":2,"～":1}'.encode()
    )


def test_times_days_and_ids_become_strings() -> None:
    beijing = timezone(timedelta(hours=8))
    value = {
        "at": datetime(2026, 3, 1, 8, 0, tzinfo=beijing),
        "fraction": datetime(2026, 3, 1, 0, 0, 0, 1500, tzinfo=UTC),
        "day": date(2026, 3, 1),
        "id": uuid.UUID(int=1),
        "colour": Colour.RED,
        "pair": (1, 2),
    }
    assert json.loads(encode(value)) == {
        "at": "2026-03-01T00:00:00Z",
        "fraction": "2026-03-01T00:00:00.001500Z",
        "day": "2026-03-01",
        "id": "00000000-0000-0000-0000-000000000001",
        "colour": "red",
        "pair": [1, 2],
    }


def test_a_composed_and_a_decomposed_letter_are_one_value() -> None:
    assert encode({"name": "é"}) == encode({"name": "e\u0301"}) == '{"name":"é"}'.encode()


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ({"a": [1, {"b": 1.5}]}, "/a/1/b"),
        ({"a": float("nan")}, "/a"),
        ({"a/b": {"c~d": b"x"}}, "/a~1b/c~0d"),
        ({"n": 2**53}, "/n"),
        ({"n": -(2**53)}, "/n"),
        ({"at": datetime(2026, 1, 1)}, "/at"),  # noqa: DTZ001 - the naive instant is the case
        ({"s": "\x00"}, "/s"),
        ({"s": "\ud800"}, "/s"),
        ({1: "x"}, "/"),
        ({"é": 1, "e\u0301": 2}, "/"),
        ({"s": {1, 2}}, "/s"),
    ],
)
def test_what_has_no_canonical_form_is_named_by_its_path(value: object, path: str) -> None:
    with pytest.raises(BadInputError) as caught:
        encode(value)
    assert caught.value.field == path
    assert str(caught.value).startswith(f"{path}: ")
    assert "Write integers" in caught.value.text()


@pytest.mark.parametrize("wrap", [lambda v: [v], lambda v: {"k": v}])
def test_the_limit_of_nesting_is_32_levels(wrap: Callable[[object], object]) -> None:
    value: object = "x"
    for _ in range(32):
        value = wrap(value)
    assert decode(encode(value)) == value
    with pytest.raises(BadInputError, match="deeper than 32 levels"):
        encode(wrap(value))


def test_too_deep_is_refused_before_the_stack_ends() -> None:
    value: object = "x"
    for _ in range(100_000):
        value = [value]
    with pytest.raises(BadInputError, match="deeper"):
        encode(value)
    with pytest.raises(BadInputError):
        parse(b"[" * 100_000 + b"]" * 100_000)


@given(values)
@settings(max_examples=200)
def test_reading_gives_back_what_was_written_and_writing_it_again_the_same_bytes(value: object) -> None:
    content = encode(value)
    assert decode(content) == plain(value)
    assert encode(decode(content)) == content
    assert json.loads(content) == plain(value)


@given(values)
@settings(max_examples=100)
def test_the_order_in_which_a_mapping_was_made_does_not_matter(value: object) -> None:
    def reversed_keys(v: object) -> object:
        if isinstance(v, dict):
            return {k: reversed_keys(v[k]) for k in reversed(v)}
        return [reversed_keys(x) for x in v] if isinstance(v, list) else v

    assert encode(reversed_keys(value)) == encode(value)


@pytest.mark.parametrize(
    "content",
    [
        b'{"a": 1}',
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a":1.0}',
        b'{"a":1e2}',
        b"NaN",
        b"-0",
        b'"\\u0041"',
        '"e\u0301"'.encode(),
        b'{"a":1}\n',
        b"\xff\xfe1\x00",
        b"",
        b"{",
        b'"\\ud800"',
        b"9007199254740993",
    ],
)
def test_bytes_that_are_not_canonical_are_refused(content: bytes) -> None:
    with pytest.raises(BadInputError):
        decode(content)


@given(st.binary(max_size=60))
@settings(max_examples=300)
def test_no_bytes_do_worse_than_a_clear_refusal(content: bytes) -> None:
    try:
        value = decode(content)
    except BadInputError:
        return
    assert encode(value) == content
