"""The guide: complete in both languages, linked without dead ends, and never a way to smuggle HTML in."""

import re
from pathlib import Path

import pytest
from django.test import Client

from jifang.identity.models import Account
from jifang.protocols.dc09 import judge, parse_frame
from jifang.web import navigation
from jifang.web.help import guide

LANGUAGES = ("zh-hans", "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chapter_exists(language: str) -> None:
    assert [chapter.slug for chapter in guide.chapters(language)] == list(guide.CHAPTERS)


@pytest.mark.parametrize("slug", guide.CHAPTERS)
def test_both_languages_have_the_same_anchors(slug: str) -> None:
    anchors = []
    for language in LANGUAGES:
        chapter = guide.chapter(slug, language)
        assert chapter is not None
        anchors.append([(heading.level, heading.anchor) for heading in chapter.headings])
        assert not any(heading.anchor.startswith("part-") for heading in chapter.headings)
    assert anchors[0] == anchors[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_links_between_chapters_lead_somewhere(language: str) -> None:
    anchors = {
        chapter.slug: {heading.anchor for heading in chapter.headings} for chapter in guide.chapters(language)
    }
    for chapter in guide.chapters(language):
        for address in re.findall(r'href="([^"]+)"', chapter.html):
            match = re.fullmatch(r"/help/([a-z-]+)/(?:#([a-z0-9-]+))?", address)
            if match is None:
                assert not address.endswith(".md"), f"{chapter.slug}: {address}"
                continue
            slug, anchor = match.groups()
            assert slug in anchors, f"{chapter.slug}: {address}"
            assert anchor is None or anchor in anchors[slug], f"{chapter.slug}: {address}"


def test_the_chapter_of_a_page_exists() -> None:
    assert navigation.help_for("/duty/17/") == "/help/duty/"
    assert navigation.help_for("/nowhere/") == "/help/"
    for address in navigation._help.values():
        assert address in guide.CHAPTERS


def test_html_in_the_markdown_is_shown_and_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "en").mkdir()
    links = "[x](javascript:alert(1)) [y](map.md#part)"
    source = f"# Duty\n\n<script>alert(1)</script>\n\n{links}\n\n## Keys {{#keys}}\n"
    (tmp_path / "en" / "duty.md").write_text(source, encoding="utf-8")
    monkeypatch.setattr(guide, "GUIDE", tmp_path)
    chapter = guide.chapter("duty", "en")
    assert chapter is not None
    assert "<script" not in chapter.html
    assert 'href="javascript' not in chapter.html
    assert 'href="/help/map/#part"' in chapter.html
    assert chapter.headings == (guide.Heading(2, "keys", "Keys"),)
    assert '<h2 id="keys">Keys</h2>' in chapter.html


@pytest.mark.django_db
def test_pages_of_the_guide_are_open_before_signing_in(owner: Account) -> None:
    client = Client()
    assert client.get("/help/").status_code == 200
    page = client.get("/help/duty/")
    assert page.status_code == 200
    assert client.get("/help/no-such-chapter/").status_code == 404
    assert client.get("/help/../settings/").status_code in {301, 404}


@pytest.mark.django_db
def test_the_search_finds_words_and_escapes_them(owner: Account) -> None:
    client = Client()
    client.cookies["django_language"] = "en"
    assert "<mark>" in client.get("/help/", {"q": "pass-phrase"}).content.decode()
    empty = client.get("/help/", {"q": "<b>zzzz"}).content.decode()
    assert "<b>zzzz" not in empty
    assert 'data-kind="empty"' in empty


@pytest.mark.parametrize("folder", ["zh", "en"])
def test_the_frame_in_the_guide_is_a_good_one(folder: str) -> None:
    text = (guide.GUIDE / folder / "panels.md").read_text(encoding="utf-8")
    found = re.search(r"echo '([^']+)'", text)
    assert found is not None
    frame = parse_frame(f"\n{found.group(1)}\r".encode())
    assert judge(frame, now=None).valid
