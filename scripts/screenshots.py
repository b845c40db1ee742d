"""Take the pictures of README and of a review from a running demo (`make run`), with Debian's Chromium.

python scripts/screenshots.py                 the pictures of the README, into docs/pictures/
python scripts/screenshots.py --all DIRECTORY every page, 1440 and 390 px, light and dark, both languages

The passwords and second factors of the demo are read from var/keys/demo.json, which only the installation's
owner can read. Exits with 1 when a page does not answer, logs an error or is wider than its window.
"""

from __future__ import annotations

import argparse
import hmac
import json
import shutil
import struct
import sys
import time
from base64 import b32decode
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
# software rendering, so that the map is drawn on a machine without a graphics card
ARGUMENTS = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
SETTLE_MS = {"map": 4000, "duty": 2500}


class Shot(NamedTuple):
    """One page as somebody sees it, after pressing ``keys``; ``user`` empty: nobody signed in."""

    name: str
    address: str
    user: str
    keys: str = ""


README = (
    (Shot("duty", "/duty/", "duty", keys="n"), "zh-hans", "dark"),
    (Shot("map", "/map/", "officer"), "zh-hans", "light"),
    (Shot("map", "/map/", "officer"), "en", "light"),
    (Shot("site", "/registry/site/1/", "officer"), "zh-hans", "light"),
    (Shot("site", "/registry/site/1/", "officer"), "en", "light"),
)
EVERY = (
    Shot("sign-in", "/account/login/", ""),
    Shot("guide", "/help/duty/", ""),
    Shot("duty", "/duty/", "duty"),
    Shot("handled", "/duty/handled/", "duty"),
    Shot("signals", "/signals/", "duty"),
    Shot("refusals", "/refusals/", "supervisor"),
    Shot("consoles", "/duty/supervisor/", "supervisor"),
    Shot("accounts", "/receiving/accounts/", "supervisor"),
    Shot("listeners", "/receiving/listeners/", "admin"),
    Shot("map", "/map/", "officer"),
    Shot("sites", "/registry/site/", "officer"),
    Shot("site", "/registry/site/1/", "officer"),
    Shot("devices", "/registry/device/", "officer"),
    Shot("search", "/search/?q=云河", "officer"),
    Shot("new-site", "/registry/site/add/", "officer"),
    Shot("import", "/registry/site/import/", "officer"),
    Shot("people", "/people/", "admin"),
    Shot("acts", "/people/acts/", "auditor"),
    Shot("ledger", "/people/ledger/", "auditor"),
    Shot("grants", "/people/grants/", "admin"),
    Shot("status", "/system/status/", "admin"),
    Shot("style", "/system/style/", "admin"),
    Shot("account", "/account/", "officer"),
)


class Demo:
    """A running demo and the sessions of its people."""

    def __init__(self, browser: Browser, base: str, logins: dict[str, Any]) -> None:
        self.browser = browser
        self.base = base
        self.password = logins["password"]
        self.people = {person["username"]: person for person in logins["accounts"]}
        self._cookies: dict[str, list[Any]] = {}
        self.problems: list[str] = []

    def shoot(self, shot: Shot, *, language: str, theme: str, width: int, to: Path) -> None:
        """Open the page as its user sees it and write the picture."""
        context = self._context(shot.user, language, theme, width)
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        answer = page.goto(self.base + shot.address)
        page.wait_for_timeout(SETTLE_MS.get(shot.name, 700))
        for key in shot.keys:
            page.keyboard.press(key)
            page.wait_for_timeout(SETTLE_MS["map"])
        where = f"{shot.address} as {shot.user or 'nobody'}, {language}, {theme}, {width} px"
        if answer is None or answer.status >= 400:
            self.problems.append(f"{where}: answered {answer.status if answer else 'nothing'}")
        self.problems.extend(f"{where}: {text}" for text in said)
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            self.problems.append(f"{where}: {wide} px wide")
        to.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=to)
        context.close()

    def _context(self, user: str, language: str, theme: str, width: int) -> BrowserContext:
        context = self.browser.new_context(viewport={"width": width, "height": 900})
        if user:
            context.add_cookies(self._session(user))
        host = urlsplit(self.base).hostname or "localhost"
        for name, value in (("django_language", language), ("theme", theme)):
            context.add_cookies([{"name": name, "value": value, "domain": host, "path": "/"}])
        return context

    def _session(self, user: str) -> list[Any]:
        """Sign in once for each person, second factor included, and keep the cookies."""
        if user not in self._cookies:
            context = self.browser.new_context()
            page = context.new_page()
            self._sign_in(page, user)
            self._cookies[user] = context.cookies()
            context.close()
        return self._cookies[user]

    def _sign_in(self, page: Page, user: str) -> None:
        page.goto(self.base + "/account/login/")
        page.fill("input[name=login]", user)
        page.fill("input[name=password]", self.password)
        page.click("form:has(input[name=password]) button[type=submit]")
        page.wait_for_load_state()
        secret = self.people[user]["totp"]
        if secret and page.locator("input[name=code]").count():
            page.fill("input[name=code]", one_time_code(secret, time.time()))
            page.click("form:has(input[name=code]) button[type=submit]")
            page.wait_for_load_state()
        if "/account/" in page.url:
            self.problems.append(f"{user} could not sign in: stopped at {page.url}")


def one_time_code(secret: str, at: float) -> str:
    """The six digits of RFC 6238 (SHA-1, 30 s) for a base32 ``secret`` at ``at`` (seconds since 1970)."""
    digest = hmac.digest(b32decode(secret), struct.pack(">Q", int(at) // 30), "sha1")
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def main() -> int:
    """Take the pictures; print what was wrong."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--base", default="http://localhost:8600", help="address of the running demo")
    parser.add_argument("--logins", type=Path, default=ROOT / "var" / "keys" / "demo.json")
    parser.add_argument("--all", type=Path, metavar="DIRECTORY", help="every page, for a review")
    arguments = parser.parse_args()
    if not arguments.logins.exists():
        print(f"{arguments.logins} is not there: start the demo with `make run` first.", file=sys.stderr)
        return 1
    logins = json.loads(arguments.logins.read_text(encoding="utf-8"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        demo = Demo(browser, arguments.base, logins)
        if arguments.all:
            for shot in EVERY:
                for language in ("zh-hans", "en"):
                    for theme in ("light", "dark"):
                        for width in (1440, 390):
                            name = f"{shot.name}-{language[:2]}-{theme}-{width}.png"
                            to = arguments.all / name
                            demo.shoot(shot, language=language, theme=theme, width=width, to=to)
        else:
            for shot, language, theme in README:
                to = ROOT / "docs" / "pictures" / f"{shot.name}-{language[:2]}-{theme}.png"
                demo.shoot(shot, language=language, theme=theme, width=1440, to=to)
        browser.close()
    for problem in demo.problems:
        print(problem, file=sys.stderr)
    return 1 if demo.problems else 0


if __name__ == "__main__":
    sys.exit(main())
