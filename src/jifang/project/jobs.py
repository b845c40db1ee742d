"""Jobs of the platform itself, on a timetable in Asia/Shanghai."""

import logging
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from procrastinate.contrib.django import app

from jifang.identity import ledger, retention, throttle
from jifang.operations.platform import faults, partitions
from jifang.project import database
from jifang.project.backups import dump
from jifang.project.errors import UserError

SHANGHAI = ZoneInfo("Asia/Shanghai")
log = logging.getLogger(__name__)


def keep_days(name: str) -> int:
    """A period of `[records]`, in days."""
    return int(getattr(settings.CONFIG.records, name))


@app.periodic(cron="5 * * * *")
@app.task(name="platform.backup", queueing_lock="platform.backup", pass_context=False)
def back_up_when_due(timestamp: int) -> None:
    """Make the daily backup in its hour."""
    now = datetime.fromtimestamp(timestamp, UTC)
    if now.astimezone(SHANGHAI).hour != settings.CONFIG.backup.hour:
        return
    try:
        made = dump.make(settings.CONFIG, at=datetime.now(UTC))
    except UserError as error:
        # The row of the failed attempt and, in time, the fault of an old backup tell people.
        log.error("no backup: %s", error)
    else:
        log.info("backup made: %s", made.file, extra={"bytes": made.bytes})


@app.periodic(cron="10 * * * *")
@app.task(name="platform.partitions", queueing_lock="platform.partitions", pass_context=False)
def maintain_partitions(timestamp: int) -> None:
    """Make parts of tables ahead; drop those whose legal period is over."""
    with database.connect(settings.CONFIG, "owner") as connection:
        report = partitions.maintain(connection, keep_days, at=datetime.now(UTC))
    if report.made or report.dropped or report.held:
        log.info(
            "parts of tables: made %s, dropped %s, held %s",
            ", ".join(report.made) or "none",
            ", ".join(report.dropped) or "none",
            ", ".join(report.held) or "none",
        )


@app.periodic(cron="*/5 * * * *")
@app.task(name="identity.checkpoint", queueing_lock="identity.checkpoint", pass_context=False)
def sign_checkpoint(timestamp: int) -> None:
    """Give the ledger's new entries their place and sign where it stands; a damaged ledger is a fault."""
    now = datetime.now(UTC)
    try:
        ledger.sign_checkpoint(at=now)
    except ledger.LedgerDamagedError as error:
        log.critical("the ledger is damaged: %s", error)
        faults.judge("ledger_damaged", bad=str(error)[:500], at=now)
    else:
        faults.judge("ledger_damaged", bad=None, at=now)


@app.periodic(cron="40 4 * * *")
@app.task(name="identity.forget", queueing_lock="identity.forget", pass_context=False)
def forget_old(timestamp: int) -> None:
    """Delete security events past their period, ended sessions and old counts of attempts."""
    now = datetime.now(UTC)
    gone = retention.forget_old(at=now)
    throttle.forget_old(at=now)
    log.info("forgotten: %s", ", ".join(f"{count} {name}" for name, count in gone.items()))
