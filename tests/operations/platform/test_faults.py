"""A fault of the platform is one open row until it is cleared, and whoever subscribed hears of both."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from jifang.operations.platform import faults
from jifang.operations.platform.faults import clear_fault, judge, open_fault, remedy_of, text_of
from jifang.operations.platform.models import Fault

AT = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, str, str]]]:
    said: list[tuple[str, str, str]] = []
    monkeypatch.setattr(faults, "_opened", [lambda fault, text: said.append(("opened", fault.key, text))])
    monkeypatch.setattr(faults, "_cleared", [lambda fault, text: said.append(("cleared", fault.key, text))])
    return said


def test_it_opens_once_and_follows_the_value(heard: list[tuple[str, str, str]]) -> None:
    open_fault("disk_low", "vm /data", "900 MB", at=AT)
    open_fault("disk_low", "vm /data", "700 MB", at=LATER)
    fault = Fault.objects.get()
    assert (fault.onset_at, fault.value, fault.severity, fault.cleared_at) == (AT, "700 MB", "high", None)
    assert [one[:2] for one in heard] == [("opened", "disk_low:vm /data")]
    assert "900 MB" in heard[0][2]


def test_it_clears_once_and_may_open_again(heard: list[tuple[str, str, str]]) -> None:
    open_fault("backup_old", at=AT)
    assert clear_fault("backup_old", at=LATER) is True
    assert clear_fault("backup_old", at=LATER) is False
    open_fault("backup_old", at=LATER)
    assert [one[:2] for one in heard] == [
        ("opened", "backup_old"),
        ("cleared", "backup_old"),
        ("opened", "backup_old"),
    ]
    assert Fault.objects.count() == 2


def test_a_clock_set_back_does_not_end_a_fault_before_its_onset() -> None:
    open_fault("clock_off", "vm", "+3600 s", at=LATER)
    clear_fault("clock_off", "vm", at=AT)
    assert Fault.objects.get().cleared_at == LATER


def test_a_subscriber_that_fails_undoes_the_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_fault: Fault, _text: str) -> None:
        raise RuntimeError

    monkeypatch.setattr(faults, "_opened", [refuse])
    with pytest.raises(RuntimeError):
        open_fault("backup_old", at=AT)
    assert not Fault.objects.exists()


@pytest.mark.parametrize("kind", faults.KINDS)
def test_every_kind_says_what_is_wrong_and_what_to_do(kind: str) -> None:
    judge(kind, "the subject", bad="the value", at=AT)
    fault = Fault.objects.get()
    assert fault.severity in ("high", "low")
    assert "%(" not in text_of(fault)
    assert "the value" in text_of(fault)
    assert remedy_of(fault)
    judge(kind, "the subject", bad=None, at=LATER)
    assert Fault.objects.get().cleared_at == LATER
