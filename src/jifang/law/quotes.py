"""Whether the stored text of an instrument really holds what a citation quotes.

White space does not count (the texts were set in lines), full-width and half-width forms of punctuation and
the list dashes of a transcription are the same.
"""

from __future__ import annotations

import re
import unicodedata

from jifang.law.model import Cite, Pack

_ARTICLE = re.compile(r"(?m)^\s*(?:\*\*)?第([一二三四五六七八九十百]+)条(?:\*\*)?[\s　]")
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")}
_DROPPED = re.compile(r"[\s*#]|(?<=[。：；:;])-")


def plain(text: str) -> str:
    """The text without white space and set-up marks, punctuation in one form."""
    return _DROPPED.sub("", unicodedata.normalize("NFKC", text)).replace(",", "，")


def number(text: str) -> int:
    """A Chinese number up to 199: 四十二 is 42."""
    hundreds, _, rest = text.rpartition("百")
    tens, ten, ones = rest.rpartition("十")
    value = 100 * _DIGITS.get(hundreds, 0)
    if ten:
        value += 10 * _DIGITS.get(tens, 1)
    return value + _DIGITS.get(ones.lstrip("零"), 0)


def articles(text: str) -> dict[int, str]:
    """Articles of a statute by number, each with its own words."""
    marks = list(_ARTICLE.finditer(text))
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    return {number(m[1]): text[m.start() : end].strip() for m, end in zip(marks, ends, strict=True)}


def holds(text: str, cite: Cite) -> bool:
    """Whether the cited article of a stored text holds the quote."""
    whole = articles(text).get(int(cite.article)) if cite.article.isdigit() else text
    return whole is not None and plain(cite.quote) in plain(whole)


def source_of(pack: Pack, cite: Cite) -> str:
    """``checked`` when the text is stored (lint fails on a quote it does not hold), else ``unchecked``."""
    return "checked" if cite.instrument in pack.texts or _stored_elsewhere(pack, cite) else "unchecked"


def _stored_elsewhere(pack: Pack, cite: Cite) -> bool:
    instrument = pack.instruments[cite.instrument]
    return instrument.text is not None
