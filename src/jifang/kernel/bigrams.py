"""Search by bigrams: Chinese and Latin alike, without an extension of the database.

A text becomes the set of its pairs of neighbouring characters, kept as ``text[]`` under a GIN index; a search
asks for rows whose array contains every pair of the query (``bigrams @> array[...]``). Containment is
necessary, not sufficient, for "the query is part of the text": where it matters compare ``normalise`` too.

Beside the pairs the index holds every Chinese character alone and the first character of every run of other
letters and digits (marked ``^``), so that a query of one character finds something sensible: 市 finds it
anywhere, ``a`` finds runs that begin with it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

MAX_QUERY_CHARACTERS = 100
_RUN = re.compile(r"[^\W_]+")


def normalise(text: str) -> str:
    """NFKC and case folded: full width becomes half width, ``Ａ`` and ``a`` are the same."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def is_han(character: str) -> bool:
    """Whether a character is a Chinese character (Unified Ideographs with their extensions, and 〇)."""
    point = ord(character)
    return (
        0x4E00 <= point <= 0x9FFF
        or 0x3400 <= point <= 0x4DBF
        or 0x20000 <= point <= 0x3FFFF
        or 0xF900 <= point <= 0xFAFF
        or point == 0x3007
    )


def bigrams(*texts: str) -> list[str]:
    """What the index keeps of the texts of one row, sorted, without repetition."""
    found: set[str] = set()
    for text in texts:
        for run in _RUN.findall(normalise(text)):
            found.update(run[i : i + 2] for i in range(len(run) - 1))
            found.update(c for c in run if is_han(c))
            if not is_han(run[0]):
                found.add("^" + run[0])
    return sorted(found)


def query_bigrams(query: str) -> list[str]:
    """What every row found by the query must contain, sorted, without repetition.

    Words separated by spaces or punctuation must all occur, in any order. Empty when the query has neither a
    letter nor a digit: then nothing was asked, and the caller shows its unfiltered list.
    """
    return sorted(set(_needed(_RUN.findall(normalise(query[:MAX_QUERY_CHARACTERS])))))


def _needed(runs: Iterable[str]) -> Iterable[str]:
    for run in runs:
        if len(run) > 1:
            yield from (run[i : i + 2] for i in range(len(run) - 1))
        else:
            yield run if is_han(run) else "^" + run
