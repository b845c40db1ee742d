"""A list taken out of the system: exactly the rows of the filter in the columns that are shown."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import QueryDict
from django.utils import translation

from jifang.identity.access import Actor
from jifang.web.generic.listing import Listing
from jifang.web.generic.resource import Resource
from jifang.web.generic.transfer import writing
from jifang.web.models import ExportJob, ExportPart
from jifang.web.models.transfer import State
from jifang.web.scope import Scope

CHUNK = 2_000
STEP = 5_000


class CancelledError(Exception):
    """The owner asked to stop."""


def listing_of(resource: Resource, actor: Actor, query: str, scope: Scope | None = None) -> Listing:
    """The list as it was shown, cut down to the grants with which the actor may export."""
    if resource.may_export is None or not resource.may_export(actor):
        raise PermissionDenied
    cut = resource.exporting(actor) if resource.exporting else actor
    return Listing(resource, cut, QueryDict(query), scope=scope)


def heads_of(listing: Listing) -> list[str]:
    """The heads of the columns, the number of the row first, so that the file can be imported again."""
    return ["id", *(str(column.label) for column in listing.columns)]


def rows_of(listing: Listing, progress: Callable[[int], None] | None = None) -> Iterator[list[str]]:
    """Yield every row as texts, in the order of the list; rows come from the server in chunks."""
    rows = listing.rows.order_by(*listing.order).select_related(*listing.resource.related)
    done = 0
    for row in rows.iterator(chunk_size=CHUNK):
        yield [str(row.pk), *(column.text(row) for column in listing.columns)]
        done += 1
        if progress is not None and done % STEP == 0:
            progress(done)
    if progress is not None:
        progress(done)


def pieces(listing: Listing, format: str, progress: Callable[[int], None] | None = None) -> Iterator[bytes]:
    """Yield the file in pieces."""
    rows = rows_of(listing, progress)
    if format == ExportJob.Format.XLSX:
        return writing.xlsx_pieces(str(listing.resource.label_plural), heads_of(listing), rows)
    return writing.csv_pieces(heads_of(listing), rows)


def run(job: ExportJob, resource: Resource, actor: Actor, *, at: Callable[[], datetime]) -> None:
    """Write the file into the database, piece by piece, with progress; stops when the owner cancels.

    The pieces are committed as they come: a result is offered only when the job is done.
    """
    state = {"done": 0}

    def progress(done: int) -> None:
        state["done"] = done

    ExportJob.objects.filter(pk=job.pk).update(state=State.RUNNING)
    try:
        with translation.override(job.language):
            listing = listing_of(resource, actor, job.query)
            for number, piece in enumerate(pieces(listing, job.format, progress)):
                ExportPart.objects.create(job=job, number=number, content=piece)
                _report(job, state["done"])
    except CancelledError:
        _end(job, State.CANCELLED, at=at())
    except Exception as error:
        _end(job, State.FAILED, at=at(), message=type(error).__name__)
        raise
    else:
        _end(job, State.DONE, at=at(), done=state["done"])


def _report(job: ExportJob, done: int) -> None:
    ExportJob.objects.filter(pk=job.pk).update(done=done)
    if ExportJob.objects.filter(pk=job.pk, cancel_asked=True).exists():
        raise CancelledError


def _end(job: ExportJob, state: str, *, at: datetime, message: str = "", done: int | None = None) -> None:
    with transaction.atomic():
        changed: dict[str, Any] = {"state": state, "finished_at": at, "message": message}
        if done is not None:
            changed |= {"done": done, "total": done}
        ExportJob.objects.filter(pk=job.pk).update(**changed)
        if state != State.DONE:
            ExportPart.objects.filter(job=job).delete()
