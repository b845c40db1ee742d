"""The content policy is strict, is on every answer, and no template needs it softer."""

import re
from pathlib import Path

import pytest
from django.test import Client

import jifang.web
from jifang.web.content_security import POLICY

TEMPLATES = sorted((Path(jifang.web.__file__).parent / "templates").rglob("*.html"))
FORBIDDEN = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*="),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "an event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a javascript address": re.compile(r"javascript:", re.IGNORECASE),
    "an inline script": re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", re.IGNORECASE
    ),
    "evaluated htmx": re.compile(r"hx-on[:-]|hx-vals\s*=\s*[\"']js:|\[[^\]]*\]\s*from:"),
    "another host": re.compile(r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//"),
}


def test_the_policy_allows_nothing_inline_and_nothing_foreign() -> None:
    assert "default-src 'none'" in POLICY
    assert "unsafe" not in POLICY
    assert "http" not in POLICY
    assert "*" not in POLICY


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/help/", "/account/login/", "/no/such/page/", "/map/"])
def test_every_answer_carries_the_policy(address: str, world: object, owner: object) -> None:
    answer = Client().get(address)
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_breaks_the_policy(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    # what only comes out of Django's own tags is not markup
    markup = re.sub(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", "", text, flags=re.DOTALL)
    found = [what for what, pattern in FORBIDDEN.items() if pattern.search(markup)]
    assert found == []
