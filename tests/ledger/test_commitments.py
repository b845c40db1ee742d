"""Personal data as salted commitments: provable while value and salt exist, unguessable after."""

import hmac

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jifang.kernel.errors import BadInputError
from jifang.ledger.canonical import plain
from jifang.ledger.commitment import SALT_BYTES, Opening, at_pointer, commit, new_salt, opens, pointers

SALT = bytes(range(32))
json_values = st.none() | st.booleans() | st.integers(-1000, 1000) | st.text("ab张三", max_size=4)


def test_the_formula_is_hmac_sha256_over_the_canonical_value() -> None:
    expected = hmac.new(SALT, b'jifang commitment v1\n"\xe5\xbc\xa0\xe4\xb8\x89"', "sha256").hexdigest()
    assert commit("张三", SALT) == {"commitment": expected}


@given(json_values, json_values)
@settings(max_examples=100)
def test_only_the_value_itself_opens(value: object, other: object) -> None:
    entry = plain({"who": commit(value, SALT)})
    assert opens(entry, Opening("/who", plain(value), SALT))
    assert not opens(entry, Opening("/who", plain(value), bytes(SALT_BYTES)))
    assert opens(entry, Opening("/who", plain(other), SALT)) == (
        type(value) is type(other) and value == other
    )


def test_an_opening_that_points_nowhere_or_at_a_plain_value_does_not_open() -> None:
    entry = plain({"who": commit("x", SALT), "list": [commit("y", SALT)], "open": "x", "a/b": 1})
    assert opens(entry, Opening("/list/0", "y", SALT))
    for pointer in (
        "",
        "who",
        "/nobody",
        "/open",
        "/list/1",
        "/list/-",
        "/list/٠",
        "/who/commitment",
        "/a~1b",
    ):
        assert not opens(entry, Opening(pointer, "x", SALT))
    assert not opens(entry, Opening("/who", "x", b"short"))
    assert at_pointer(entry, "/a~1b") == 1


def test_every_commitment_of_an_entry_is_found_at_its_place() -> None:
    entry = plain({"a/b": commit(1, SALT), "c": [0, {"d": commit(2, SALT)}]})
    assert pointers(entry) == ["/a~1b", "/c/1/d"]
    assert all(at_pointer(entry, p) is not None for p in pointers(entry))


def test_a_salt_too_short_to_hide_is_refused_and_new_ones_differ() -> None:
    with pytest.raises(BadInputError, match="31 bytes"):
        commit("x", bytes(31))
    assert len({new_salt() for _ in range(20)}) == 20
    assert len(new_salt()) == SALT_BYTES
