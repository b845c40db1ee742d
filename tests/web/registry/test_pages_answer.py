"""Every page of every resource answers for somebody who may open it."""

import pytest
from django.test import Client

from jifang.identity.models import Account
from jifang.identity.roles import Role
from jifang.web.generic.resource import Resource
from jifang.web.registry.resources import RESOURCES
from tests.fixtures import World, sign_in
from tests.registry.seed import plant


@pytest.fixture
def officer(world: World, people: dict[Role, Account]) -> Client:
    """An officer's browser, with a planted registry in his city."""
    plant(world)
    return sign_in(people[Role.AUTHORITY_OFFICER])


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.key)
def test_list_answers(resource: Resource, officer: Client) -> None:
    answer = officer.get(resource.url("list"))
    assert answer.status_code == 200, answer.content[:400]


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.key)
def test_rows_answer(resource: Resource, officer: Client) -> None:
    page_of_list = officer.get(resource.url("list")).context["page"]
    if not page_of_list.rows:
        pytest.skip("nothing is planted in this table")
    row = page_of_list.rows[0]
    for page in ("detail", "history", "edit"):
        if page == "history" and not resource.history_right:
            continue
        if page == "edit" and (resource.change is None or resource.key == "region"):
            # Regions are the administrator's to change; tests/access walks that.
            continue
        answer = officer.get(resource.url(page, pk=row.pk))
        assert answer.status_code == 200, (page, answer.content[:400])


@pytest.mark.parametrize(
    "resource", [r for r in RESOURCES if r.change and r.key != "region"], ids=lambda resource: resource.key
)
def test_empty_form_answers(resource: Resource, officer: Client) -> None:
    assert officer.get(resource.url("add")).status_code == 200


@pytest.mark.parametrize(
    "resource", [r for r in RESOURCES if r.change and r.change.create_rows], ids=lambda resource: resource.key
)
def test_import_page_and_template_answer(resource: Resource, officer: Client) -> None:
    assert officer.get(resource.url("import")).status_code == 200
    for kind in ("csv", "xlsx"):
        assert officer.get(resource.url("template"), {"format": kind}).status_code == 200


def test_search_finds_by_words_initials_and_code(officer: Client) -> None:
    for words in ("东风", "dfz", "a001", "中山路 12", "金库", "王伟", "4401030000132"):
        answer = officer.get("/search/", {"q": words})
        assert b'class="list links"' in answer.content, words
    assert b'class="list links"' not in officer.get("/search/", {"q": "不存在的东西"}).content
