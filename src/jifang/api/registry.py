"""The registry: the same filters, rights and actions as its pages, one set of operations for each table."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import GenericAlias
from typing import Any

from django.db.models import ForeignKey, Model
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema
from ninja.orm import create_schema
from ninja.pagination import paginate

from jifang.api.access import ApiRequest, needs
from jifang.api.errors import FieldError, RefusalError
from jifang.api.paging import MOST, Keyset
from jifang.identity.access import Actor
from jifang.identity.models import Organisation, Region
from jifang.identity.queries import regions
from jifang.registry import actions, filters
from jifang.registry.filtering import EntryFilter
from jifang.registry.lifecycle import Act
from jifang.registry.models import (
    CallList,
    Contact,
    Device,
    FloorPlan,
    Point,
    PrivatePlace,
    Product,
    QualityCertificate,
    SecuritySystem,
    Site,
)
from jifang.registry.models.bases import LivedEntry
from jifang.registry.models.fields import DerivedField
from jifang.registry.queries import for_actor, organisations_for
from jifang.registry.rights import CHANGE_RIGHT, VIEW_RIGHT
from jifang.registry.searches import SEARCHES

router = Router(tags=["registry"])
NEVER_OUT = frozenset({"pass_phrase"})
LIFE = frozenset({"status", "retired_on"})


class Told(Schema):
    """Why something is done: goes into the history. Needed when the law asks about what changes."""

    reason: str = Field("", max_length=300)


class Step(Told):
    """One step of an entry's life. ``on`` is its date of law; today without it."""

    act: Act
    on: date | None = None


class Changed(Schema):
    """How many rows a bulk change touched."""

    changed: int


@dataclass(frozen=True, slots=True)
class Table:
    """What the operations of one table are made of."""

    path: str
    model: type[Model]
    filters: type[EntryFilter] | None = None


TABLES = (
    Table("sites", Site, filters.SiteFilter),
    Table("systems", SecuritySystem, filters.SystemFilter),
    Table("devices", Device, filters.DeviceFilter),
    Table("points", Point, filters.PointFilter),
    Table("contacts", Contact, filters.ContactFilter),
    Table("call-lists", CallList),
    Table("plans", FloorPlan, filters.PlanFilter),
    Table("private-places", PrivatePlace, filters.PrivatePlaceFilter),
    Table("products", Product, filters.ProductFilter),
    Table("certificates", QualityCertificate, filters.CertificateFilter),
)


def _columns(model: type[Model], *, writable: bool) -> list[str]:
    found = []
    for field in model._meta.fields:
        if isinstance(field, DerivedField) or field.name in NEVER_OUT:
            continue
        if writable and (field.primary_key or not field.editable or field.name in LIFE):
            continue
        found.append(field.name)
    return found


def _values(model: type[Model], given: Schema, actor: Actor) -> dict[str, Any]:
    """Turn keys into rows that the actor may choose; an unknown key names its field."""
    values = given.dict(exclude_unset=True)
    found: dict[str, Any] = {}
    for name, value in values.items():
        field = model._meta.get_field(name)
        if isinstance(field, ForeignKey) and value is not None:
            row = _rows(field.related_model, actor).filter(pk=value).first()
            if row is None:
                problem = FieldError(
                    field=field.attname, value=str(value), remedy=_("Give the id of an existing entry.")
                )
                raise RefusalError(
                    422, "invalid", _("There is no such entry, or not for this token."), [problem]
                )
            found[field.name] = row
        else:
            found[field.name] = value
    return found


def _rows(model: type[Model], actor: Actor) -> Any:
    if model is Organisation:
        return organisations_for(actor)
    if model is Region:
        return regions(actor)
    return for_actor(model, actor, VIEW_RIGHT[model])


def _parameters(table: Table) -> list[dict[str, Any]]:
    """Describe the filters of the list for the OpenAPI description."""
    if table.filters is None:
        return []
    described = []
    for name, one in table.filters.base_filters.items():
        schema: dict[str, Any] = {"type": "string"}
        choices = [str(value) for value, _word in one.extra.get("choices", ())]
        if choices:
            schema = {"type": "string", "enum": choices}
        if getattr(one.field_class, "__name__", "") == "MultipleChoiceField":
            schema = {"type": "array", "items": schema}
        described.append({"name": name, "in": "query", "required": False, "schema": schema})
    return described


def _filtered(table: Table, request: ApiRequest) -> Any:
    rows = for_actor(table.model, request.actor, VIEW_RIGHT[table.model])
    if table.filters is None:
        return rows
    chosen = table.filters(request.GET, queryset=rows, actor=request.actor, search=SEARCHES.get(table.model))
    if not chosen.form.is_valid():
        problems = [
            FieldError(field=name, value=request.GET.get(name, ""), remedy=str(text))
            for name, texts in chosen.form.errors.items()
            for text in texts
        ]
        raise RefusalError(422, "invalid", _("A filter cannot be read."), problems)
    return chosen.qs


def _noun(table: Table) -> str:
    return table.path.replace("-", " ")


def _mount(table: Table) -> None:
    """Add list, detail, create, change, bulk change and, where it has a life, the steps of it."""
    model = table.model
    noun = _noun(table)
    name = model.__name__
    view: Mapping[str, Any] = needs(VIEW_RIGHT[model])
    change: Mapping[str, Any] = needs(CHANGE_RIGHT[model])
    listed = {**view, "openapi_extra": {**view["openapi_extra"], "parameters": _parameters(table)}}
    out = create_schema(model, name=f"{name}Out", fields=_columns(model, writable=False))
    writable = _columns(model, writable=True)
    new = create_schema(model, name=f"{name}In", fields=writable)
    some = create_schema(model, name=f"{name}Values", fields=writable, optional_fields=writable)
    create_in = type(f"{name}Create", (Told,), {"__annotations__": {"values": new}})
    change_in = type(
        f"{name}Change",
        (Told,),
        {"__annotations__": {"values": some, "version": int | None}, "version": None},
    )
    bulk_in = type(
        f"{name}Bulk",
        (Told,),
        {
            "__annotations__": {"ids": list[int], "values": some},
            "ids": Field(..., min_length=1, max_length=MOST),
        },
    )

    at_list, at_one = f"/{table.path}", f"/{table.path}/{{int:pk}}"
    many: Any = GenericAlias(list, (out,))

    def named(act: str, summary: str) -> dict[str, Any]:
        name = f"{table.path}{act}"
        return {
            "url_name": name,
            "summary": summary,
            "operation_id": f"registry_{name.replace('-', '_')}",
            "by_alias": True,
        }

    @router.get(at_list, response=many, **named("", f"List of {noun}"), **listed)
    @paginate(Keyset)
    def rows(request: ApiRequest) -> Any:
        return _filtered(table, request)

    @router.get(at_one, response=out, **named("-one", f"One of the {noun}"), **view)
    def one(request: ApiRequest, pk: int) -> Any:
        return get_object_or_404(for_actor(model, request.actor, VIEW_RIGHT[model]), pk=pk)

    @router.post(at_list, response={201: out}, **named("-make", f"Make one of the {noun}"), **change)
    def make(request: ApiRequest, body: create_in) -> Any:  # type: ignore[valid-type]
        given: Any = body
        values = _values(model, given.values, request.actor)
        return 201, actions.create(model, values, by=request.actor, at=timezone.now(), reason=given.reason)

    @router.patch(at_one, response=out, **named("-change", f"Change one of the {noun}"), **change)
    def update(request: ApiRequest, pk: int, body: change_in) -> Any:  # type: ignore[valid-type]
        given: Any = body
        row = get_object_or_404(for_actor(model, request.actor, CHANGE_RIGHT[model]), pk=pk)
        values = _values(model, given.values, request.actor)
        told: dict[str, Any] = {"by": request.actor, "at": timezone.now(), "reason": given.reason}
        return actions.update(row, values, version=given.version, **told)

    @router.post(
        f"{at_list}/bulk",
        response=Changed,
        **named("-bulk", f"Change many {noun} alike: all or none"),
        **change,
    )
    def bulk(request: ApiRequest, body: bulk_in) -> Any:  # type: ignore[valid-type]
        given: Any = body
        values = _values(model, given.values, request.actor)
        told: dict[str, Any] = {"by": request.actor, "at": timezone.now(), "reason": given.reason}
        return {"changed": actions.update_many(model, given.ids, values, **told)}

    if issubclass(model, LivedEntry):

        @router.post(
            f"{at_one}/steps",
            response=out,
            **named("-step", f"A step in the life of one of the {noun}"),
            **change,
        )
        def step(request: ApiRequest, pk: int, body: Step) -> Any:
            row = get_object_or_404(for_actor(model, request.actor, CHANGE_RIGHT[model]), pk=pk)
            told: dict[str, Any] = {"by": request.actor, "at": timezone.now(), "reason": body.reason}
            return actions.move_on(row, body.act, on=body.on, **told)


for _table in TABLES:
    _mount(_table)
