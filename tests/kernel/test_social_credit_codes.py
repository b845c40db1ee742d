"""Unified social credit codes: the worked example of GB 32100-2015 and codes of well-known companies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jifang.kernel import uscc
from jifang.kernel.errors import BadInputError

bodies = st.text(st.sampled_from(uscc.ALPHABET), min_size=17, max_size=17)


def test_the_worked_example_of_the_standard() -> None:
    assert uscc.check_character("91350100M000100Y4") == "3"


@pytest.mark.parametrize(
    "code", ["91330100799655058B", "9144030071526726XG", "914403001922038216", "91110000802100433B"]
)
def test_codes_of_existing_companies(code: str) -> None:
    assert uscc.validate(code) == code


def test_spaces_and_small_letters_are_put_right() -> None:
    assert uscc.validate(" 9133 0100 7996 5505 8b ") == "91330100799655058B"


@given(bodies, st.integers(0, 16), st.sampled_from(uscc.ALPHABET))
def test_every_single_mistyped_character_is_noticed(body: str, at: int, other: str) -> None:
    code = body + uscc.check_character(body)
    assert uscc.validate(code) == code
    wrong = code[:at] + other + code[at + 1 :]
    if wrong != code:
        with pytest.raises(BadInputError):
            uscc.validate(wrong)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("", "has 0 characters"),
        ("440301103097413", "has 15 characters"),
        ("9133010079965505OB", "character 17 is “O”"),
        ("91330100799655058C", "check character"),
        ("９1330100799655058B", "character 1"),
    ],
)
def test_what_is_wrong_is_named_with_its_place_and_remedy(code: str, said: str) -> None:
    with pytest.raises(BadInputError, match=said) as caught:
        uscc.validate(code, field="organisation.credit_code")
    assert caught.value.field == "organisation.credit_code"
    assert caught.value.value == code
