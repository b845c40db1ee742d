"""The status page: what runs and what does not, unknown never shown as fine, in both languages."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone, translation
from pytest_django import Settings

from jifang.identity.models import Account
from jifang.identity.roles import Role
from jifang.operations.platform import beats
from jifang.operations.platform.faults import open_fault
from jifang.operations.platform.models import Backup, Reading
from jifang.web.status.presenting import reading_line

ADDRESS = "/system/status/"


@pytest.fixture
def client(people: dict[Role, Account], client_of: Callable[..., Client]) -> Client:
    return client_of(people[Role.SYSTEM_ADMINISTRATOR])


def beat(name: str, at: datetime) -> None:
    with connection.cursor() as cursor:
        beats.beat(cursor, node="vm", name=name, pid=1, started_at=at, at=at, metrics=[])


def measured(name: str, value: float | None, state: str, at: datetime, limit: float = 2.0) -> Reading:
    return Reading(
        node="vm", name=name, value=value, limit=limit, state=state, measured_at=at, detail="ntp.cn"
    )


def test_a_dead_process_a_fault_and_a_restart_are_seen(client: Client) -> None:
    now = timezone.now()
    beat("web", now)
    beat("gateway", now - timedelta(minutes=1))
    open_fault("disk_low", "vm /data", "900 MB", at=now)
    with connection.cursor() as cursor:
        beats.restarted(cursor, node="vm", name="gateway", at=now, reason="SIGKILL")
    Backup.objects.create(started_at=now, finished_at=now, problem="pg_dump: disk full", file="x")
    page = client.get(ADDRESS).content.decode()
    for words in (
        "vm /data 剩余空间不足：900 MB",
        "中断",
        "运行中",
        "被 SIGKILL 终止",
        "pg_dump: disk full",
        "清理空间",
    ):
        assert words in page
    english = client.get(ADDRESS, headers={"accept-language": "en"}).content.decode()
    for words in ("Little space left on vm /data: 900 MB", "Down", "killed by SIGKILL"):
        assert words in english


def test_it_asks_again_for_the_body_only(client: Client) -> None:
    beat("web", timezone.now())
    body = client.get(ADDRESS, headers={"hx-request": "true"}).content.decode()
    assert "<html" not in body
    assert "所有进程运行正常" in body


def test_it_costs_the_same_for_one_process_and_for_many(
    client: Client, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for number in range(30):
        beat(f"gateway-{number}", timezone.now())
    with django_assert_max_num_queries(22):  # type: ignore[attr-defined]
        client.get(ADDRESS, headers={"hx-request": "true"})


@pytest.mark.parametrize(
    ("name", "value", "state", "age", "tone", "text"),
    [
        ("clock", 0.0123, "fine", 0, "good", "off by +0.012 s"),
        ("clock", -7.0, "bad", 0, "bad", "off by -7.000 s"),
        ("clock", None, "unknown", 0, "unknown", "no time server answers"),
        ("clock", 0.0, "fine", 3600, "unknown", "not measured since"),
        ("disk", 80_400.0, "fine", 0, "good", "80.4 GB free"),
        ("disk", 80_400.0, "fine", 600, "unknown", "not measured since"),
        ("backup", 3.5, "fine", 0, "good", "3.5 h old"),
        ("backup", None, "unknown", 0, "unknown", "none yet"),
        ("partitions", 0.0, "fine", 0, "good", "made ahead"),
        ("partitions", 2.0, "bad", 0, "bad", "2 tables lack room"),
    ],
)
def test_a_reading_in_words(
    name: str, value: float | None, state: str, age: int, tone: str, text: str
) -> None:
    now = timezone.now()
    with translation.override("en"):
        line = reading_line(measured(name, value, state, now - timedelta(seconds=age)), now)
    assert (line.tone, line.value) == (tone, text)


def test_the_certificate_of_the_local_ca_can_be_fetched(db: None, settings: Settings, tmp_path: Path) -> None:
    settings.LOCAL_CA_FILE = tmp_path / "ca.crt"
    assert Client().get("/system/ca.crt").status_code == 404
    settings.LOCAL_CA_FILE.write_text("PEM", encoding="ascii")
    answer = Client().get("/system/ca.crt")
    assert answer.headers["content-type"] == "application/x-x509-ca-cert"
    assert b"".join(answer.streaming_content) == b"PEM"  # type: ignore[attr-defined]
