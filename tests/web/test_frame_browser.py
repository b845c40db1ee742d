"""The frame in a real browser: nothing blocked by the policy, everything reachable by keyboard."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from jifang.identity.models import Account
from jifang.identity.roles import Role
from jifang.operations.alarms.models import Activation
from jifang.registry.models import Site
from jifang.web import bundles
from tests.fixtures import AT, World

pytestmark = [
    pytest.mark.peer("chromium"),
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not bundles.manifest(), reason="the front end is not built (make setup builds it)"),
]
ARGUMENTS = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
Open = Callable[..., Page]


@pytest.fixture
def browser_context(monkeypatch: pytest.MonkeyPatch) -> Iterator[BrowserContext]:
    # Playwright's synchronous interface runs a loop of its own in this thread, which Django takes for ours
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
        yield context
        browser.close()


@pytest.fixture
def said() -> list[str]:
    """What the browser's console complained about."""
    return []


@pytest.fixture
def open_as(
    live_server: LiveServer,
    browser_context: BrowserContext,
    client_of: Callable[..., Client],
    said: list[str],
) -> Open:
    def open_page(account: Account, address: str) -> Page:
        session = client_of(account).cookies["sessionid"].value
        base = live_server.url.replace("127.0.0.1", "localhost")
        browser_context.add_cookies(
            [
                {"name": "sessionid", "value": session, "url": base},
                {"name": "django_language", "value": "en", "url": base},
            ]
        )
        page = browser_context.new_page()
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(base + address)
        return page

    return open_page


def test_the_style_guide_runs_under_the_policy(
    people: dict[Role, Account], open_as: Open, said: list[str]
) -> None:
    page = open_as(people[Role.SYSTEM_ADMINISTRATOR], "/system/style/")
    expect(page.locator("j-clock[data-state=over]").first).to_be_visible()
    expect(page.locator("j-time[mode=both] .age").first).to_contain_text("ago")
    assert said == []


def test_keys_are_listed_and_the_dialog_closes_again(people: dict[Role, Account], open_as: Open) -> None:
    page = open_as(people[Role.SYSTEM_ADMINISTRATOR], "/system/style/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    expect(page.get_by_role("dialog")).to_contain_text("Next row")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_rows_move_and_are_picked_by_keyboard(people: dict[Role, Account], open_as: Open) -> None:
    page = open_as(people[Role.SYSTEM_ADMINISTRATOR], "/system/style/")
    bar = page.locator("[data-bulk]")
    expect(bar).to_be_hidden()
    for key in "jjx":
        page.keyboard.press(key)
    expect(page.locator("tbody tr").nth(1)).to_have_attribute("aria-selected", "true")
    expect(bar).to_contain_text("1 rows selected")
    page.keyboard.press("x")
    expect(bar).to_be_hidden()


def test_the_theme_changes_at_once_and_is_kept(people: dict[Role, Account], open_as: Open) -> None:
    page = open_as(people[Role.SYSTEM_ADMINISTRATOR], "/system/style/")
    page.get_by_label("Appearance").first.click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_no_page_of_the_frame_is_wider_than_a_phone(people: dict[Role, Account], open_as: Open) -> None:
    page = open_as(people[Role.SYSTEM_ADMINISTRATOR], "/system/style/")
    page.set_viewport_size({"width": 390, "height": 844})
    for address in ("/system/style/", "/help/duty/", "/map/"):
        page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/")[2] + address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_map_lists_marks_and_opens_the_card(
    world: World, people: dict[Role, Account], open_as: Open, said: list[str]
) -> None:
    site = Site.objects.create(
        code="S-1", name="河畔银行", organisation=world.unit, region=world.station, lon=114.5, lat=38.0
    )
    Activation.objects.create(
        site=site, priority_class="burglary", priority=40, opened_at=AT, last_at=AT, signal_count=1
    )
    page = open_as(people[Role.AUTHORITY_OFFICER], "/map/")
    row = page.locator("[data-map-list] button", has_text="河畔银行")
    expect(row).to_contain_text("Burglary", timeout=20_000)
    row.focus()
    page.keyboard.press("Enter")
    card = page.locator("[data-map-card]")
    expect(card.get_by_role("heading", name="河畔银行")).to_be_focused()
    expect(card.locator("[data-class=burglary]").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(row).to_be_focused()
    page.locator("input[name=state][value=quiet]").check(force=True)
    expect(row).to_have_count(0)
    assert said == []
