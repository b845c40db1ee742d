"""Reads docs/guide: one Markdown file a page and language, rendered once and again when the file changes.

A heading may end in ``{#name}``: the anchor that pages link to, the same in both languages.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

GUIDE = Path(__file__).resolve().parents[4] / "docs" / "guide"
CHAPTERS: tuple[str, ...] = (
    "first-steps",
    "account",
    "duty",
    "map",
    "registry",
    "import",
    "people",
    "panels",
    "status",
    "privacy",
    "operations",
)
FOLDERS = {"zh-hans": "zh", "en": "en"}
ANCHOR = re.compile(r"\s*\{#([a-z0-9-]+)\}\s*$")
CHAPTER_LINK = re.compile(r"^([a-z0-9-]+)\.md(#[a-z0-9-]+)?$")
AROUND = 60


@dataclass(frozen=True, slots=True)
class Heading:
    """An entry of the table of contents."""

    level: int
    anchor: str
    text: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """One page of the guide, rendered. ``text`` is its plain text, for the search."""

    slug: str
    title: str
    html: SafeString
    headings: tuple[Heading, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A chapter that contains the words searched for, with the place where they stand."""

    chapter: Chapter
    before: str
    found: str
    after: str


def chapters(language: str) -> tuple[Chapter, ...]:
    """Return the guide in its order; a chapter without a file in ``language`` is left out."""
    return tuple(found for slug in CHAPTERS if (found := chapter(slug, language)) is not None)


def chapter(slug: str, language: str) -> Chapter | None:
    """Return one chapter, or None when there is no such page."""
    if slug not in CHAPTERS:
        return None
    path = GUIDE / FOLDERS.get(language, "zh") / f"{slug}.md"
    try:
        changed = path.stat().st_mtime_ns
    except FileNotFoundError:
        return None
    return _render(slug, path, changed)


def search(words: str, language: str) -> tuple[Hit, ...]:
    """Return the chapters that contain ``words`` as they are written, ignoring case."""
    wanted = words.strip().lower()
    if not wanted:
        return ()
    hits = []
    for found in chapters(language):
        at = found.text.lower().find(wanted)
        if at >= 0:
            end = at + len(wanted)
            hits.append(
                Hit(
                    found,
                    found.text[max(0, at - AROUND) : at],
                    found.text[at:end],
                    found.text[end : end + AROUND],
                )
            )
    return tuple(hits)


@lru_cache(maxsize=64)
def _render(slug: str, path: Path, changed: int) -> Chapter:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False, "typographer": False}).enable("table")
    tokens = parser.parse(path.read_text(encoding="utf-8"))
    headings = _anchors(tokens)
    _chapter_links(tokens)
    title = next((heading.text for heading in headings if heading.level == 1), slug)
    text = " ".join(token.content for token in tokens if token.type in {"inline", "fence"})
    html = parser.renderer.render(tokens, parser.options, {})
    listed = tuple(heading for heading in headings if heading.level in {2, 3})
    # the Markdown is ours and the parser lets no HTML through
    return Chapter(slug, title, mark_safe(html), listed, text)  # noqa: S308


def _anchors(tokens: Sequence[Token]) -> list[Heading]:
    """Give every heading its anchor and return them in order."""
    headings: list[Heading] = []
    for number, token in enumerate(tokens):
        if token.type != "heading_open":
            continue
        inline = tokens[number + 1]
        anchor = ANCHOR.search(inline.content)
        name = anchor.group(1) if anchor else f"part-{len(headings)}"
        if anchor:
            inline.content = ANCHOR.sub("", inline.content)
            last = (inline.children or [])[-1]
            last.content = ANCHOR.sub("", last.content)
        token.attrSet("id", name)
        plain = "".join(child.content for child in inline.children or [])
        headings.append(Heading(int(token.tag[1]), name, plain))
    return headings


def _chapter_links(tokens: Sequence[Token]) -> None:
    """Lead links between the files (``duty.md#close``) to the pages, so that both places read well."""
    for token in tokens:
        for child in token.children or []:
            if child.type == "link_open":
                match = CHAPTER_LINK.match(str(child.attrGet("href") or ""))
                if match:
                    child.attrSet("href", f"/help/{escape(match.group(1))}/{match.group(2) or ''}")
