"""The demo loads once into an empty installation, and its secrets are this installation's own."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from jifang.identity.access import actor_for
from jifang.identity.models import Account
from jifang.operations.alarms.models import AlarmAccount
from jifang.project import config
from jifang.project.demo.load import load
from jifang.project.demo.logins import logins as logins_of
from jifang.project.demo.logins import make
from jifang.registry.models import Device, Point, Site

AT = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def installation(tmp_path: Path) -> config.Config:
    return replace(config.Config(), var=tmp_path)


def test_it_loads_once(installation: config.Config) -> None:
    assert load(installation, at=AT) is True
    counts = [model.objects.count() for model in (Site, Device, Point, AlarmAccount, Account)]
    assert counts[0] == 300
    assert load(installation, at=AT) is False
    assert [model.objects.count() for model in (Site, Device, Point, AlarmAccount, Account)] == counts


def test_the_logins_open_and_each_sees_its_own(installation: config.Config) -> None:
    load(installation, at=AT)
    password, logins = logins_of(installation)
    for login in logins:
        account = Account.objects.get(username=login.username)
        assert account.check_password(password)
        assert actor_for(account, at=AT, second_factor=bool(login.totp)).roles == {login.role}
    assert {login.username for login in logins if login.totp} == {
        "officer", "reviewer", "head", "auditor", "admin",
    }  # fmt: skip


def test_two_installations_share_no_password(tmp_path: Path) -> None:
    made = {make(replace(config.Config(), var=tmp_path / name))[0] for name in "abcdef"}
    assert len(made) > 1


def test_without_a_demo_there_are_no_logins(installation: config.Config) -> None:
    assert logins_of(installation) == ("", ())


def test_the_map_is_written_where_the_pages_read_it(installation: config.Config) -> None:
    load(installation, at=AT)
    layers = {file.stem for file in (installation.var / "basemap").glob("*.json")}
    assert layers == {"districts", "blocks", "water", "roads", "labels"}
