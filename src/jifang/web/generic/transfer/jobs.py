"""The life of an import: waiting, running, checked or faulty, then committed; old results are cleared."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from jifang.identity.access import Actor
from jifang.kernel.errors import BadInputError
from jifang.web.generic.resource import resource
from jifang.web.generic.transfer import importing, reading
from jifang.web.models import ExportPart, ImportJob
from jifang.web.models.transfer import State

KEPT = timedelta(days=7)
INLINE_ROWS = 300
"""So many rows are taken in while the page waits; more go to the worker."""


def run_import(job: ImportJob, actor: Actor, *, now: Callable[[], datetime]) -> ImportJob:
    """Check the job's file, or take it in when the job says ``commit``; the outcome is kept on its row."""

    def progress(done: int) -> None:
        ImportJob.objects.filter(pk=job.pk).update(done=done)
        if ImportJob.objects.filter(pk=job.pk, cancel_asked=True).exists():
            raise importing.CancelledError

    try:
        table = reading.read(job.file_name, bytes(job.content))
        ImportJob.objects.filter(pk=job.pk).update(
            state=State.RUNNING, done=0, total=len(table.rows), encoding=table.encoding
        )
        outcome = importing.run(
            resource(job.resource),
            table,
            by=actor,
            at=now(),
            reason=job.reason,
            commit=job.commit,
            progress=progress,
        )
    except importing.CancelledError:
        return _end(job, State.CANCELLED, at=now())
    except BadInputError as error:
        fault = {"row": 0, "field": error.field, "text": error.text(_)}
        return _end(job, State.FAULTY, at=now(), errors=[fault], error_count=1)
    except PermissionDenied:
        return _end(job, State.FAILED, at=now(), message=_("You may no longer change this list."))
    state = State.FAULTY if outcome.error_count else State.DONE if job.commit else State.CHECKED
    return _end(
        job,
        state,
        at=now(),
        errors=outcome.errors,
        error_count=outcome.error_count,
        preview=outcome.preview,
        created_rows=outcome.created,
        changed_rows=outcome.changed,
        unchanged_rows=outcome.unchanged,
        **({"content": b""} if state is State.DONE else {}),
    )


def _end(job: ImportJob, state: State, *, at: datetime, **changed: Any) -> ImportJob:
    ImportJob.objects.filter(pk=job.pk).update(state=state, finished_at=at, **changed)
    job.refresh_from_db()
    return job


def clear(*, now: datetime) -> None:
    """Drop the contents of transfers older than ``KEPT``; their rows stay as records."""
    old = now - KEPT
    ExportPart.objects.filter(job__created_at__lt=old).delete()
    ImportJob.objects.filter(created_at__lt=old).exclude(content=b"").update(
        content=b"", preview=[], errors=[]
    )
