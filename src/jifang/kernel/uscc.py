"""Unified social credit code (统一社会信用代码), GB 32100-2015: 18 characters with a check character.

Character 1 is the registering authority's branch, 2 the kind of body, 3–8 the region of registration
(GB/T 2260), 9–17 the organisation code, 18 the check character (modulus 31, weights 3^i mod 31).
"""

from __future__ import annotations

from jifang.kernel.errors import BadInputError, gettext_noop

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUE = {c: i for i, c in enumerate(ALPHABET)}
_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))


def check_character(first17: str) -> str:
    """The check character that belongs to the first 17 characters (all of them from ``ALPHABET``)."""
    total = sum(_VALUE[c] * w for c, w in zip(first17, _WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def validate(code: str, field: str = "credit_code") -> str:
    """The code in capitals without spaces, or ``BadInputError``."""
    text = "".join(code.split()).upper()
    if len(text) != 18:
        raise BadInputError(
            field,
            code,
            gettext_noop("“%(value)s” has %(length)d characters, a unified social credit code has 18."),
            gettext_noop("Copy it from the licence; 15-digit registration numbers are no longer in force."),
            length=len(text),
        )
    for position, character in enumerate(text, start=1):
        if character not in _VALUE:
            raise BadInputError(
                field,
                code,
                gettext_noop("“%(value)s”: character %(position)d is “%(character)s”, which no code uses."),
                gettext_noop("The letters I, O, S, V and Z never occur: compare with 1, 0, 5, U and 2."),
                position=position,
                character=character,
            )
    if text[17] != check_character(text[:17]):
        raise BadInputError(
            field,
            code,
            gettext_noop("“%(value)s”: the check character (18) does not fit the first 17 characters."),
            gettext_noop("One character is mistyped or two are swapped: compare with the licence."),
        )
    return text
