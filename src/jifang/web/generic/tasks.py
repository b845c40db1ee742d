"""Work of pages that takes longer than a request: imports and exports of many rows (procrastinate)."""

from django.conf import settings
from django.utils import timezone, translation
from procrastinate.contrib.django import app

from jifang.identity.access import actor_for
from jifang.identity.models import Account
from jifang.web.generic import resource as generic
from jifang.web.generic.transfer import exporting, jobs
from jifang.web.models import ExportJob, ImportJob
from jifang.web.models.transfer import State


@app.task(name="web.import", queue="transfers")  # type: ignore[untyped-decorator]
def run_import(job: int) -> None:
    """Check or commit one import; does nothing when its owner cancelled it while it waited."""
    found = ImportJob.objects.filter(pk=job, state=State.WAITING).first()
    if found is not None:
        account = Account.objects.get(pk=found.owner_id)
        with translation.override(account.language or settings.LANGUAGE_CODE):
            actor = actor_for(account, at=timezone.now(), second_factor=found.second_factor)
            jobs.run_import(found, actor, now=timezone.now)


@app.task(name="web.export", queue="transfers")  # type: ignore[untyped-decorator]
def run_export(job: int) -> None:
    """Write one export; the rights are those of its owner at this moment, not when he asked."""
    found = ExportJob.objects.filter(pk=job, state=State.WAITING).first()
    if found is not None:
        account = Account.objects.get(pk=found.owner_id)
        actor = actor_for(account, at=timezone.now(), second_factor=found.second_factor)
        exporting.run(found, generic.resource(found.resource), actor, at=timezone.now)


@app.periodic(cron="17 3 * * *")  # type: ignore[untyped-decorator]
@app.task(name="web.clear_transfers", queue="transfers")  # type: ignore[untyped-decorator]
def clear_transfers(timestamp: int) -> None:
    """Drop results and files that nobody fetched within a week; the record of the transfer stays."""
    jobs.clear(now=timezone.now())
