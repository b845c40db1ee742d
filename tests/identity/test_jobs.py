"""What is done by itself: checkpoints every five minutes, forgetting every night."""

from datetime import UTC, datetime, timedelta
from typing import Any

from jifang.identity import ledger, retention
from jifang.identity.access import SYSTEM
from jifang.identity.audit import acting
from jifang.identity.models import LedgerCheckpoint, SecurityEvent
from jifang.operations.platform.models import Fault
from jifang.project import jobs
from tests.fixtures import AT


def test_the_job_signs_and_a_damaged_ledger_is_a_fault(db: None, monkeypatch: Any) -> None:
    with acting(by=SYSTEM, at=AT):
        ledger.append("test.entry", {}, by=SYSTEM, at=AT)
    jobs.sign_checkpoint(timestamp=0)
    assert LedgerCheckpoint.objects.get().size == 1

    def damaged(*, at: datetime) -> None:
        raise ledger.LedgerDamagedError("a node was altered")

    monkeypatch.setattr(ledger, "sign_checkpoint", damaged)
    jobs.sign_checkpoint(timestamp=0)
    assert Fault.objects.get(cleared_at=None).kind == "ledger_damaged"
    monkeypatch.undo()
    jobs.sign_checkpoint(timestamp=0)
    assert not Fault.objects.filter(cleared_at=None).exists()


def test_the_security_log_is_kept_as_long_as_the_law_asks(db: None) -> None:
    now = datetime.now(UTC)
    for days in (10, 183, 365, 400):
        SecurityEvent.objects.create(at=now - timedelta(days=days), kind="failed", username=str(days))
    retention.forget_old(at=now)
    kept = SecurityEvent.objects.order_by("-at").values_list("username", flat=True)
    assert list(kept) == ["10", "183", "365"]
