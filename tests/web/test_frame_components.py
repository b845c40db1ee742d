"""The components say what they know and admit what they do not."""

from datetime import UTC, datetime, timedelta

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import engines
from django.test import RequestFactory
from django.utils.translation import override

from jifang.protocols.events import EventClass
from jifang.web.templatetags import ui


def render(template: str, **context: object) -> str:
    request = RequestFactory().get("/list/", {"q": "a&b", "page": "2"})
    return engines["django"].from_string("{% load ui %}" + template).render(context, request)


@pytest.mark.parametrize("event_class", [*EventClass])
def test_every_event_class_has_a_shape_and_a_word(event_class: EventClass) -> None:
    drawn = render("{% class_badge code %}", code=event_class)
    assert f'data-class="{event_class}"' in drawn
    if event_class != "unknown":
        assert "tone-unknown" not in drawn
        assert str(event_class) in ui.CLASS_WORDS


@pytest.mark.parametrize("nonsense", ["", "martian", None, "<b>"])
def test_what_nobody_knows_is_drawn_as_unknown(nonsense: str | None) -> None:
    assert 'data-class="unknown"' in render("{% class_badge code %}", code=nonsense)
    assert 'data-tone="unknown"' in render("{% verdict code %}", code=nonsense)


def test_badges_escape_their_words() -> None:
    assert "&lt;script&gt;" in render('{% badge "bad" text %}', text="<script>")


def test_a_moment_is_local_on_the_page_and_exact_for_the_script() -> None:
    drawn = render("{% moment at %}", at=datetime(2026, 3, 1, 16, 30, 5, tzinfo=UTC))
    assert 'datetime="2026-03-01T16:30:05+00:00"' in drawn
    assert "2026-03-02 00:30:05" in drawn
    assert "—" in render("{% moment at %}", at=None)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min 00 s"),
        (3599, "59 min 59 s"),
        (3661, "1 h 01 min"),
        (90000, "1 d 1 h"),
    ],
)
def test_spans_are_spoken_with_their_two_largest_units(seconds: int, words: str) -> None:
    with override("en"):
        assert ui.spoken(timedelta(seconds=seconds)) == words


def test_a_clock_without_an_anchor_is_unknown_and_not_zero() -> None:
    assert 'data-tone="unknown"' in render("{% clock since=at %}", at=None)
    drawn = render('{% clock until=at rule="EN 50518" %}', at=datetime(2026, 3, 1, tzinfo=UTC))
    assert "until=" in drawn
    assert "EN 50518" in drawn


class Sample(forms.Form):
    """One field that must be filled, one that may."""

    name = forms.CharField(label="Name", help_text="As on the licence.")
    wanted = forms.BooleanField(label="Wanted", required=False)


def test_a_refused_field_is_tied_to_its_error_and_its_help() -> None:
    drawn = render('{% field form.name article="art. 9" %}', form=Sample(data={}))
    assert 'aria-invalid="true"' in drawn
    assert 'aria-describedby="id_name_errors id_name_help"' in drawn
    assert 'id="id_name_errors"' in drawn
    assert 'id="id_name_help"' in drawn
    assert "art. 9" in drawn
    fresh = render("{% field form.name %}", form=Sample())
    assert "aria-invalid" not in fresh
    assert 'aria-describedby="id_name_help"' in fresh


def test_form_fields_show_errors_of_the_whole() -> None:
    form = Sample(data={"name": "x"})
    form.add_error(None, "Both cannot be.")
    drawn = render("{% form_fields form %}", form=form)
    assert "Both cannot be." in drawn
    assert 'role="alert"' in drawn
    assert "field check" in drawn


def test_pages_keep_the_other_parameters() -> None:
    page = Paginator(range(100), 10).page(2)
    drawn = render("{% pages page %}", page=page)
    assert "?q=a%26b&amp;page=1" in drawn
    assert "?q=a%26b&amp;page=3" in drawn
    assert "11" in drawn
    assert "100" in drawn


def test_query_changes_and_removes_parameters() -> None:
    assert render("{% query page=5 %}") == "?q=a%26b&amp;page=5"
    assert render('{% query page="" %}') == "?q=a%26b"
    assert render('{% query page="" q=None %}') == "/list/"


def test_a_page_without_built_scripts_still_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ui.bundles, "manifest", dict)
    assert render('{% bundle "core" %}').strip() == ""
    assert "<svg" in render('{% icon "search" %}')
