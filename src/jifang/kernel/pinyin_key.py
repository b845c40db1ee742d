"""Chinese order: a key whose plain byte order is the order of a Chinese directory.

The order follows GB/T 13418: signs, then numbers, then Latin letters, then Chinese characters by the letters
of their pinyin, then tone; characters of one reading stay together. Numbers compare by value (2号楼 before
10号楼). Readings come from the words of the text: 重庆 is chóng qìng, 重量 is zhòng liàng.

The dictionary behind it takes about 0.2 s and 57 MB to load, so it is loaded at the first call and not at
import. Call ``pinyin_key`` where rows are written (actions, imports), keep the result in a column with
collation ``C``, and never call it while reading.
"""

from __future__ import annotations

import functools
import importlib
import re
from typing import Any

from jifang.kernel.bigrams import is_han, normalise

MAX_CHARACTERS = 64
"""Characters of a name that take part in the order."""
_SIGN, _NUMBER, _LATIN, _HAN = "1", "2", "3", "4"
_UNKNOWN_READING = "~"
_TOKEN = re.compile(r"([0-9]+)|([^\W_0-9]+)|(\S)")

SURNAME_READINGS = {
    "乐": "yue4",
    "任": "ren2",
    "仇": "qiu2",
    "华": "hua4",
    "单": "shan4",
    "区": "ou1",
    "宁": "ning4",
    "曾": "zeng1",
    "朴": "piao2",
    "查": "zha1",
    "燕": "yan1",
    "盖": "ge3",
    "种": "chong2",
    "繁": "po2",
    "纪": "ji3",
    "缪": "miao4",
    "翟": "zhai2",
    "葛": "ge3",
    "覃": "qin2",
    "解": "xie4",
}
"""Surnames read otherwise than the same character in a word."""


def pinyin_key(text: str, *, person: bool = False) -> str:
    """The sort key of a name; of a person's name when ``person``, so that 单 is read shàn.

    Only the first ``MAX_CHARACTERS`` characters count. Equal keys mean names that differ in nothing the order
    knows: break the tie with the primary key.
    """
    tokens: list[str] = []
    rest = normalise(text)[:MAX_CHARACTERS].strip()
    if person:
        reading = SURNAME_READINGS.get(rest[:1])
        if reading is not None and len(rest) > 1:
            tokens.append(_han(reading, rest[0]))
            rest = rest[1:]
    for number, word, sign in _TOKEN.findall(rest):
        if number:
            value = number.lstrip("0") or "0"
            tokens.append(f"{_NUMBER}{len(value):02d}{value}")
        elif word:
            tokens += _letters(word)
        elif sign.isprintable():
            tokens.append(_SIGN + sign)
    return " ".join(tokens)


def initials(text: str) -> str:
    """First letters of the readings, other letters and digits as they are: 重庆银行3号楼 is ``cqyh3hl``.

    Put ``bigrams(initials(name))`` into a search index and people find a name by the letters they would type.
    """
    parts: list[str] = []
    for number, word, _sign in _TOKEN.findall(normalise(text)[:MAX_CHARACTERS]):
        parts.append(number)
        for run, han in _runs(word):
            parts.append("".join(reading[0] for reading in _readings(run)) if han else run)
    return "".join(parts).replace(_UNKNOWN_READING, "")


def _letters(word: str) -> list[str]:
    tokens: list[str] = []
    for run, han in _runs(word):
        if han:
            tokens += (_han(reading, c) for reading, c in zip(_readings(run), run, strict=True))
        else:
            tokens.append(_LATIN + run)
    return tokens


def _han(reading: str, character: str) -> str:
    return f"{_HAN}{reading}{character}"


def _runs(word: str) -> list[tuple[str, bool]]:
    """Split into runs of Chinese characters (True) and of other letters (False)."""
    runs: list[tuple[str, bool]] = []
    for character in word:
        han = is_han(character)
        if runs and runs[-1][1] is han:
            runs[-1] = (runs[-1][0] + character, han)
        else:
            runs.append((character, han))
    return runs


@functools.cache
def _dictionary() -> Any:
    return importlib.import_module("pypinyin")


@functools.lru_cache(maxsize=16_384)
def _readings(run: str) -> tuple[str, ...]:
    """One reading with tone digit for each character; ``~`` for a character without one."""
    dictionary = _dictionary()
    found = dictionary.pinyin(
        run,
        style=dictionary.Style.TONE3,
        neutral_tone_with_five=True,
        errors=lambda unread: [_UNKNOWN_READING] * len(unread),
    )
    return tuple(options[0] if "a" <= options[0][:1] <= "z" else _UNKNOWN_READING for options in found)
