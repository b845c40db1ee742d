"""Imports and exports: all or nothing, errors by row and field, what is shown, safe for spreadsheets."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from jifang.identity.models import Account, LedgerEntry
from jifang.identity.roles import Role
from jifang.kernel.errors import BadInputError
from jifang.registry.models import Device, Point, Site
from jifang.web.generic import tasks
from jifang.web.generic.transfer import jobs, reading, writing
from jifang.web.models import ExportJob, ImportJob
from jifang.web.models.transfer import State
from jifang.web.registry.resources import DEVICE, POINT, SITE
from tests.fixtures import World, make_account, sign_in
from tests.registry.seed import Seeded, plant

Upload = Callable[..., ImportJob]


@pytest.fixture
def home(world: World) -> Seeded:
    return plant(world)


@pytest.fixture
def officer(people: dict[Role, Account]) -> Client:
    return sign_in(people[Role.AUTHORITY_OFFICER])


@pytest.fixture
def upload(officer: Client) -> Upload:
    def send(resource: Any, content: bytes, name: str = "a.csv", **more: str) -> ImportJob:
        officer.post(resource.url("import"), {"file": SimpleUploadedFile(name, content), **more})
        job = ImportJob.objects.latest("pk")
        assert officer.get(resource.url("import-job", pk=job.pk)).status_code == 200
        return job

    return send


def take_in(client: Client, resource: Any, job: ImportJob) -> ImportJob:
    client.post(resource.url("import-act", pk=job.pk), {"act": "commit", "reason": job.reason})
    job.refresh_from_db()
    return job


def lines(*rows: str) -> bytes:
    return "\r\n".join(rows).encode()


def sites_csv(world: World, count: int, **bad: str) -> bytes:
    rows = ["code,name,organisation,region,risk_level"]
    for number in range(1, count + 1):
        region = bad.get(f"row{number + 1}", world.station.code)
        rows.append(f"N{number:03d},新场所{number},{world.unit.name},{region},{1 + number % 3}")
    return lines(*rows)


def test_a_checked_file_writes_nothing_until_it_is_taken_in(
    world: World, officer: Client, upload: Upload
) -> None:
    job = upload(SITE, sites_csv(world, 10))
    assert (job.state, job.created_rows, job.error_count) == (State.CHECKED, 10, 0)
    assert not Site.objects.exists()
    job = take_in(officer, SITE, job)
    assert (job.state, job.created_rows) == (State.DONE, 10)
    assert Site.objects.count() == 10
    assert Site.objects.get(code="N003").name_key
    assert bytes(job.content) == b""


def test_one_bad_row_and_none_is_taken_in(world: World, officer: Client, upload: Upload) -> None:
    job = upload(SITE, sites_csv(world, 9, row7="999999"))
    assert job.state == State.FAULTY
    assert [(error["row"], error["field"]) for error in job.errors] == [(7, "区域")]
    take_in(officer, SITE, job)
    assert not Site.objects.exists()
    page = officer.get(SITE.url("import-job", pk=job.pk)).content.decode()
    assert "999999" in page


def test_what_only_the_database_refuses_is_named_by_row(home: Seeded, upload: Upload) -> None:
    rows = [f"A001,报警主机,zone,{number},1,点{number}" for number in (5, 6, 5, 1)]
    job = upload(POINT, lines("site,device,kind,number,area,name", *rows))
    assert job.state == State.FAULTY
    assert [error["row"] for error in job.errors] == [4, 5]
    assert Point.objects.count() == 1


def test_an_import_asks_the_database_for_columns_and_not_for_rows(home: Seeded, upload: Upload) -> None:
    def asked(count: int) -> int:
        rows = [f"A001,{home.panel.name} #{home.panel.pk},zone,{100 + n},1,点{n}" for n in range(count)]
        with CaptureQueriesContext(connection) as captured:
            assert upload(POINT, lines("site,device,kind,number,area,name", *rows)).state == State.CHECKED
        return len(captured)

    asked(2)
    assert asked(40) == asked(10)


def test_chinese_heads_labels_and_gb18030_are_understood(
    home: Seeded, officer: Client, upload: Upload
) -> None:
    content = "场所,名称,种类,可采集声音,投入使用日期\r\nA001,枪机甲,摄像机,否,2024/5/1\r\n".encode("gb18030")
    job = upload(DEVICE, content)
    assert (job.state, job.errors) == (State.CHECKED, [])
    assert job.encoding == "gb18030"
    take_in(officer, DEVICE, job)
    made = Device.objects.get(name="枪机甲")
    assert (made.kind, made.audio_capable, made.in_use_on) == ("camera", False, date(2024, 5, 1))


def test_a_workbook_is_read_like_a_text(home: Seeded, officer: Client, upload: Upload) -> None:
    book = Workbook()
    book.active.append(["site", "device", "kind", "number", "name", "in_use_on"])  # type: ignore[union-attr]
    book.active.append(["A001", "报警主机", "防区", 7.0, "东门", date(2024, 5, 1)])  # type: ignore[union-attr]
    held = io.BytesIO()
    book.save(held)
    job = upload(POINT, held.getvalue(), "a.xlsx")
    assert (job.state, job.errors) == (State.CHECKED, [])
    take_in(officer, POINT, job)
    made = Point.objects.get(number=7)
    assert (made.kind, made.in_use_on) == ("zone", date(2024, 5, 1))


def test_a_row_with_an_id_changes_that_entry_and_only_the_given_columns(
    home: Seeded, officer: Client, upload: Upload
) -> None:
    content = lines("id,name", f"{home.zone.pk},改名", f"{home.zone.pk + 999},没有")
    job = upload(POINT, content)
    assert [(error["row"], error["field"]) for error in job.errors] == [(3, "id")]
    job = upload(POINT, lines("id,name", f"{home.zone.pk},改名"))
    assert (job.changed_rows, job.created_rows) == (1, 0)
    take_in(officer, POINT, job)
    changed = Point.objects.get(pk=home.zone.pk)
    assert (changed.name, changed.number, changed.version) == ("改名", 1, 2)


def test_changing_law_data_by_import_needs_a_reason(home: Seeded, officer: Client, upload: Upload) -> None:
    content = lines("id,risk_level", f"{home.site.pk},1")
    assert upload(SITE, content).state == State.FAULTY
    job = take_in(officer, SITE, upload(SITE, content, reason="年度复核"))
    assert job.state == State.DONE
    assert Site.objects.get().risk_level == 1


def test_rows_outside_of_ones_reach_are_refused_together(
    world: World, far_world: World, officer: Client, upload: Upload
) -> None:
    far = plant(far_world, "B001")
    job = upload(POINT, lines("site,kind,number,name", "B001,zone,9,x"))
    assert job.error_count == 1
    job = upload(POINT, lines("id,name", f"{far.zone.pk},x"))
    assert job.error_count == 1
    assert not Point.objects.filter(name="x").exists()


def test_heads_are_checked_before_rows(home: Seeded, upload: Upload) -> None:
    job = upload(POINT, lines("site,nonsense,name,name", "A001,1,2,3"))
    fields = {error["field"] for error in job.errors}
    assert "nonsense" in fields
    assert {error["row"] for error in job.errors} == {1}


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\x01\x02", b"PK\x03\x04rubbish", b"\xd0\xcf\x11\xe0old", b'a,b\n"1,2\n', b"\xff\xfe\x00"],
)
def test_a_file_that_is_no_table_is_refused_in_words(content: bytes, home: Seeded) -> None:
    with pytest.raises(BadInputError):
        reading.read("a", content)


def test_a_large_file_goes_to_the_worker_and_can_be_cancelled(
    world: World, officer: Client, upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    deferred: list[int] = []
    monkeypatch.setattr(tasks.run_import, "defer", lambda *, job: deferred.append(job))
    monkeypatch.setattr(jobs, "INLINE_ROWS", 5)
    job = upload(SITE, sites_csv(world, 20))
    assert job.state == State.WAITING
    assert deferred == [job.pk]
    tasks.run_import(job.pk)
    job.refresh_from_db()
    assert (job.state, job.total, job.done) == (State.CHECKED, 20, 20)
    officer.post(SITE.url("import-act", pk=job.pk), {"act": "cancel"})
    job.refresh_from_db()
    assert (job.state, bytes(job.content)) == (State.CANCELLED, b"")
    tasks.run_import(job.pk)
    assert not Site.objects.exists()


def test_a_running_import_stops_when_its_owner_says_so(
    world: World, upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks.run_import, "defer", lambda job: None)
    monkeypatch.setattr(jobs, "INLINE_ROWS", 5)
    job = upload(SITE, sites_csv(world, 20))
    ImportJob.objects.filter(pk=job.pk).update(cancel_asked=True)
    tasks.run_import(job.pk)
    job.refresh_from_db()
    assert job.state == State.CANCELLED


def test_the_template_can_be_filled_in_and_taken_back(home: Seeded, officer: Client, upload: Upload) -> None:
    template = officer.get(DEVICE.url("template")).content.decode("utf-8-sig").strip()
    heads = template.split(",")
    assert heads[0] == "场所 *"
    row = ["A001", "", "", "摄像机", "新枪机", *[""] * (len(heads) - 5)]
    job = upload(DEVICE, f"{template}\r\n{','.join(row)}\r\n".encode())
    assert (job.state, job.errors, job.created_rows) == (State.CHECKED, [], 1)


@pytest.fixture
def exporter(world: World) -> Client:
    return sign_in(make_account("exporter", Role.UNIT_MANAGER, world.unit, may_export=True))


def exported(client: Client, query: str, kind: str = "csv") -> bytes:
    answer = client.post(SITE.url("export"), {"query": query, "format": kind})
    assert answer.status_code == 200, answer.status_code
    return b"".join(answer.streaming_content)  # type: ignore[arg-type]


def test_an_export_is_what_is_shown(home: Seeded, far_world: World, world: World, exporter: Client) -> None:
    plant(far_world, "B001")
    plant(world, "A002", gd9_item="9.4")
    content = exported(exporter, "columns=code&columns=lon&sort=-code").decode("utf-8-sig")
    assert content.splitlines() == [
        "id,名称,代码,经度",
        f"{Site.objects.get(code='A002').pk},东风支行,A002,113.26",
        f"{home.site.pk},东风支行,A001,113.26",
    ]
    assert len(exported(exporter, "gd9_item=9.4").decode().splitlines()) == 2
    job = ExportJob.objects.latest("pk")
    assert (job.state, job.done, job.query) == (State.DONE, 1, "gd9_item=9.4")
    entries = LedgerEntry.objects.filter(kind="web.list.exported")
    assert entries.count() == 2


def test_a_workbook_holds_the_same_rows(home: Seeded, exporter: Client) -> None:
    book = load_workbook(io.BytesIO(exported(exporter, "columns=code", "xlsx")))
    assert [[cell.value for cell in row] for row in book.active.iter_rows()] == [  # type: ignore[union-attr]
        ["id", "名称", "代码"],
        [str(home.site.pk), "东风支行", "A001"],
    ]


def test_who_may_not_export_has_no_such_page(home: Seeded, owner: Account, world: World) -> None:
    client = sign_in(owner)
    assert client.post(SITE.url("export"), {"query": ""}).status_code == 404
    assert "XLSX" not in client.get(SITE.url("list")).content.decode()


def test_only_the_grants_that_allow_it_are_exported(world: World, far_world: World) -> None:
    plant(world)
    plant(far_world, "B001")
    account = make_account("both", Role.UNIT_MANAGER, world.unit, may_export=True)
    account.grants.create(
        role=Role.UNIT_MANAGER, organisation=far_world.unit, starts_at="2020-01-01T00:00Z", reason="x"
    )
    client = sign_in(account)
    assert len(client.get(SITE.url("list")).context["page"].rows) == 2
    assert len(exported(client, "").decode().splitlines()) == 2


def test_many_rows_are_written_by_the_worker_and_wait(
    home: Seeded, world: World, exporter: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jifang.web.generic.counting.BOUND", 1)
    deferred: list[int] = []
    monkeypatch.setattr(tasks.run_export, "defer", lambda *, job: deferred.append(job))
    plant(world, "A002")
    answer = exporter.post(SITE.url("export"), {"query": "", "format": "csv"})
    [pk] = deferred
    assert answer["Location"] == SITE.url("export-job", pk=pk)
    assert exporter.get(SITE.url("export-file", pk=pk)).status_code == 404
    tasks.run_export(pk)
    assert "下载" in exporter.get(SITE.url("export-job", pk=pk)).content.decode()
    answer = exporter.get(SITE.url("export-file", pk=pk))
    assert len(b"".join(answer.streaming_content).decode().splitlines()) == 3  # type: ignore[arg-type]
    jobs.clear(now=ExportJob.objects.get(pk=pk).created_at + jobs.KEPT * 2)
    assert exporter.get(SITE.url("export-file", pk=pk)).status_code == 404


def test_an_export_may_be_cancelled(home: Seeded, exporter: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jifang.web.generic.counting.BOUND", 0)
    monkeypatch.setattr(tasks.run_export, "defer", lambda job: None)
    exporter.post(SITE.url("export"), {"query": "", "format": "csv"})
    job = ExportJob.objects.get()
    ExportJob.objects.filter(pk=job.pk).update(cancel_asked=True)
    tasks.run_export(job.pk)
    job.refresh_from_db()
    assert (job.state, job.parts.count()) == (State.CANCELLED, 0)


@given(st.text(max_size=30))
def test_no_exported_text_is_a_formula_and_comes_back_as_it_was(text: str) -> None:
    guarded = writing.guarded(text)
    if guarded[:1] in ("=", "+", "-", "@", "\t", "\r"):
        float(guarded)
    if not text.startswith("'"):
        assert reading.unguarded(guarded) == text
