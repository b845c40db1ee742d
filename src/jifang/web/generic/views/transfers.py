"""Pages of imports and exports."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    QueryDict,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jifang.identity import ledger
from jifang.identity.access import Actor
from jifang.identity.audit import acting
from jifang.identity.models import Account
from jifang.web.access import View, requires
from jifang.web.generic import tasks
from jifang.web.generic.counting import bounded
from jifang.web.generic.listing import Listing
from jifang.web.generic.resource import Change, Resource
from jifang.web.generic.transfer import exporting, jobs, reading, writing
from jifang.web.models import ExportJob, ImportJob
from jifang.web.models.transfer import State
from jifang.web.scope import scope_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX}
KEPT_SHOWN = 10


def _change(resource: Resource) -> Change:
    assert resource.change is not None
    return resource.change


def import_view(resource: Resource) -> View:
    """Upload a file, and the imports of late."""

    @requires(_change(resource).right)
    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: HttpRequest) -> HttpResponseBase:
        error = ""
        if request.method == "POST":
            given = request.FILES.get("file")
            if given is None or not given.name:
                error = _("Choose a file: CSV or XLSX.")
            elif (given.size or 0) > reading.MAX_BYTES:
                error = _("The file is larger than 50 MB. Split it into several files.")
            else:
                job = ImportJob.objects.create(
                    owner_id=request.actor.account_id,  # type: ignore[attr-defined]
                    resource=resource.key,
                    file_name=given.name[:200],
                    content=given.read(),
                    reason=request.POST.get("reason", "").strip()[:300],
                    second_factor=request.actor.second_factor,  # type: ignore[attr-defined]
                    created_at=timezone.now(),
                )
                _start(request, job)
                return HttpResponseRedirect(resource.url("import-job", pk=job.pk))
        change = _change(resource)
        fields = change.form(actor=request.actor).fields  # type: ignore[attr-defined]
        context = {
            "resource": resource,
            "list_url": resource.url("list"),
            "template_url": resource.url("template"),
            "error": error,
            "columns": [(name, fields[name]) for name in change.import_fields],
            "recent": ImportJob.objects.filter(
                owner=request.actor.account_id,  # type: ignore[attr-defined]
                resource=resource.key,
            ).defer("content", "preview", "errors")[:KEPT_SHOWN],
            "max_rows": reading.MAX_ROWS,
        }
        return render(request, "web/generic/import.html", context, status=422 if error else 200)

    return view


def _start(request: HttpRequest, job: ImportJob) -> None:
    """Run a small import at once and give a large one to the worker."""
    if bytes(job.content).count(b"\n") <= jobs.INLINE_ROWS and len(job.content) < 200_000:
        jobs.run_import(job, request.actor, now=timezone.now)  # type: ignore[attr-defined]
    else:
        tasks.run_import.defer(job=job.pk)


def _own_import(resource: Resource, request: HttpRequest, pk: int) -> ImportJob:
    job = (
        ImportJob.objects.filter(
            pk=pk,
            owner=request.actor.account_id,  # type: ignore[attr-defined]
            resource=resource.key,
        )
        .defer("content")
        .first()
    )
    if job is None:
        raise Http404
    return job


def import_job_view(resource: Resource) -> View:
    """How far an import is, what it found, and the button that takes it in."""

    @requires(_change(resource).right)
    @require_safe
    def view(request: HttpRequest, pk: int) -> HttpResponseBase:
        job = _own_import(resource, request, pk)
        template = (
            "web/generic/import_state.html"
            if request.headers.get("HX-Request")
            else "web/generic/import_job.html"
        )
        context = {
            "resource": resource,
            "job": job,
            "list_url": resource.url("list"),
            "import_url": resource.url("import"),
            "act_url": resource.url("import-act", pk=pk),
        }
        return render(request, template, context)

    return view


def import_act_view(resource: Resource) -> View:
    """Take a checked import in, or cancel it."""

    @requires(_change(resource).right)
    @require_POST
    def view(request: HttpRequest, pk: int) -> HttpResponseBase:
        job = _own_import(resource, request, pk)
        address = resource.url("import-job", pk=pk)
        if request.POST.get("act") == "cancel":
            waiting = ImportJob.objects.filter(pk=pk, state__in=(State.WAITING, State.CHECKED, State.FAULTY))
            if not waiting.update(state=State.CANCELLED, content=b"", finished_at=timezone.now()):
                ImportJob.objects.filter(pk=pk, state=State.RUNNING).update(cancel_asked=True)
            return HttpResponseRedirect(address)
        taken = ImportJob.objects.filter(pk=pk, state=State.CHECKED).update(
            state=State.WAITING,
            commit=True,
            reason=request.POST.get("reason", job.reason).strip()[:300],
            second_factor=request.actor.second_factor,  # type: ignore[attr-defined]
        )
        if taken:
            _start(request, ImportJob.objects.get(pk=pk))
        return HttpResponseRedirect(address)

    return view


def template_view(resource: Resource) -> View:
    """A workbook or CSV file with the heads of the import and nothing below."""

    @requires(_change(resource).right)
    @require_safe
    def view(request: HttpRequest) -> HttpResponseBase:
        change = _change(resource)
        kind = "xlsx" if request.GET.get("format") == "xlsx" else "csv"
        fields = change.form(actor=request.actor).fields  # type: ignore[attr-defined]
        heads = [
            f"{fields[name].label}{' *' if fields[name].required else ''}" for name in change.import_fields
        ]
        if kind == "xlsx":
            pieces = writing.xlsx_pieces(str(resource.label_plural), heads, [])
        else:
            pieces = writing.csv_pieces(heads, [])
        return _file(b"".join(pieces), f"{resource.key}-template.{kind}", kind)

    return view


def _exporter(resource: Resource, request: HttpRequest) -> Actor:
    """Return the actor who may export this list; for anybody else the page does not exist."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if resource.may_export is None or not resource.may_export(actor):
        raise Http404
    return actor


def export_view(resource: Resource) -> View:
    """Take out what is shown: at once up to ten thousand rows, by the worker beyond."""

    @requires(resource.view_right)
    @require_POST
    def view(request: HttpRequest) -> HttpResponseBase:
        actor = _exporter(resource, request)
        kind = "xlsx" if request.POST.get("format") == "xlsx" else "csv"
        query = _scoped(QueryDict(request.POST.get("query", ""), mutable=True), request, resource)
        listing = exporting.listing_of(resource, actor, query)
        small = bounded(listing.rows).exact
        now = timezone.now()
        with acting(by=actor, at=now):
            job = _recorded(actor, now, resource, kind, query, small=small)
        if not small:
            tasks.run_export.defer(job=job.pk)
            return HttpResponseRedirect(resource.url("export-job", pk=job.pk))
        return _stream(listing, job, kind)

    return view


def _recorded(
    actor: Actor, now: datetime, resource: Resource, kind: str, query: str, *, small: bool
) -> ExportJob:
    """Keep who takes what out, on the ledger too, before the first row leaves."""
    job = ExportJob.objects.create(
        owner=Account(pk=actor.account_id),
        resource=resource.key,
        format=kind,
        query=query,
        state=State.RUNNING if small else State.WAITING,
        second_factor=actor.second_factor,
        language=translation.get_language() or "zh-hans",
        created_at=now,
    )
    told = {"list": resource.key, "format": kind, "export": job.pk}
    ledger.append("web.list.exported", told, by=actor, at=now, personal={"query": query})
    return job


def _scoped(query: QueryDict, request: HttpRequest, resource: Resource) -> str:
    """Write the chosen region into the query, so that the worker exports the same rows."""
    scope = scope_of(request)
    if scope is not None and resource.region is not None and not query.get("region"):
        query["region"] = scope.path.rstrip("/").rsplit("/", 1)[-1]
    return query.urlencode()


def _stream(listing: Listing, job: ExportJob, kind: str) -> StreamingHttpResponse:
    state = {"done": 0}
    pieces = list(exporting.pieces(listing, kind, lambda done: state.update(done=done)))
    ExportJob.objects.filter(pk=job.pk).update(
        state=State.DONE, done=state["done"], total=state["done"], finished_at=timezone.now()
    )
    name = f"{job.resource}-{timezone.localtime():%Y%m%d-%H%M}.{kind}"
    answer = StreamingHttpResponse(iter(pieces), content_type=TYPES[kind])
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _own_export(resource: Resource, request: HttpRequest, pk: int) -> ExportJob:
    job = ExportJob.objects.filter(
        pk=pk,
        owner=request.actor.account_id,  # type: ignore[attr-defined]
        resource=resource.key,
    ).first()
    if job is None:
        raise Http404
    return job


def export_job_view(resource: Resource) -> View:
    """How far an export is, and its file when it is done."""

    @requires(resource.view_right)
    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: HttpRequest, pk: int) -> HttpResponseBase:
        _exporter(resource, request)
        job = _own_export(resource, request, pk)
        if request.method == "POST":
            cancelled = ExportJob.objects.filter(pk=pk, state=State.WAITING).update(
                state=State.CANCELLED, finished_at=timezone.now()
            )
            if not cancelled:
                ExportJob.objects.filter(pk=pk, state=State.RUNNING).update(cancel_asked=True)
            messages.success(request, _("The export is being cancelled."))
            return HttpResponseRedirect(resource.url("export-job", pk=pk))
        template = (
            "web/generic/export_state.html"
            if request.headers.get("HX-Request")
            else "web/generic/export_job.html"
        )
        context = {
            "resource": resource,
            "job": job,
            "fetchable": job.parts.exists(),
            "list_url": resource.url("list"),
            "file_url": resource.url("export-file", pk=pk),
        }
        return render(request, template, context)

    return view


def export_file_view(resource: Resource) -> View:
    """The file of a finished export, for its owner, while he still may export."""

    @requires(resource.view_right)
    @require_safe
    def view(request: HttpRequest, pk: int) -> HttpResponseBase:
        _exporter(resource, request)
        job = _own_export(resource, request, pk)
        if job.state != State.DONE or not job.parts.exists():
            raise Http404
        answer = StreamingHttpResponse(_parts(job), content_type=TYPES[job.format])
        answer["Content-Disposition"] = f'attachment; filename="{job.resource}-{job.pk}.{job.format}"'
        return answer

    return view


def _parts(job: ExportJob) -> Any:
    for number in job.parts.values_list("number", flat=True):
        yield bytes(job.parts.get(number=number).content)


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=TYPES[kind])
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
