"""The only door for reading the registry: every queryset begins with ``for_actor``."""

from typing import Any, TypeVar

from django.db import models
from django.db.models import Q, QuerySet

from jifang.identity.access import Actor
from jifang.identity.models import Organisation
from jifang.identity.rights import ORGANISATION_VIEW
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
from jifang.registry.rights import EXPORT
from jifang.registry.scope import Scope, scope_of

M = TypeVar("M", bound=models.Model)

OF_SITE: tuple[type[models.Model], ...] = (FloorPlan, PrivatePlace, Contact, CallList)
OF_SYSTEM: tuple[type[models.Model], ...] = (Device, Point)
COMMON: tuple[type[models.Model], ...] = (Product, QualityCertificate)
"""Catalogue data without a place: whoever holds the right reads all of it."""
MANY_SITES = 5_000


def for_actor(model: type[M], actor: Actor, right: str) -> QuerySet[M]:
    """Return the rows of ``model`` that ``right`` lets ``actor`` reach. Nobody's rows without the right."""
    rows = model._default_manager.all()
    if not actor.may(right):
        return rows.none()
    if model in COMMON:
        return rows
    scope = scope_of(actor, right)
    if scope.everything:
        return rows
    return rows.filter(_condition(model, scope))


def _condition(model: type[models.Model], scope: Scope) -> Q:
    if model is Site:
        return _sites(scope)
    if model in OF_SITE:
        return Q(site__in=Site.objects.filter(_sites(scope)))
    held = Q(site__in=Site.objects.filter(scope.sites())) if scope.holds_sites else Q(pk__in=[])
    if model is SecuritySystem:
        return held | scope.systems()
    if model in OF_SYSTEM:
        if not scope.contractors:
            return held
        built = Q(system__in=SecuritySystem.objects.filter(scope.systems()))
        return held | built if scope.holds_sites else built
    msg = f"{model.__name__} has no rule of access in the registry"
    raise LookupError(msg)


def _sites(scope: Scope) -> Q:
    if not scope.contractors:
        return scope.sites()
    systems = SecuritySystem.objects.filter(scope.systems())
    # a semi-join would be tried for every site in the order of the list: the keys are few and go straight in
    keys = list(systems.order_by().values_list("site", flat=True).distinct()[: MANY_SITES + 1])
    built = Q(pk__in=keys if len(keys) <= MANY_SITES else systems.values("site"))
    return scope.sites() | built if scope.holds_sites else built


def organisations_for(actor: Actor, right: str = ORGANISATION_VIEW) -> QuerySet[Organisation]:
    """Return the organisations an actor may see: those of his regions and his own subtree.

    Contractors, testing bodies, alarm services and associations are public knowledge (Guangdong art. 14:
    their licences are published) and are seen by everybody who may see organisations at all.
    """
    if not actor.may(right):
        return Organisation.objects.none()
    public = Q(
        kind__in=[
            Organisation.Kind.AUTHORITY,
            Organisation.Kind.CONTRACTOR,
            Organisation.Kind.TESTING_BODY,
            Organisation.Kind.ALARM_SERVICE,
            Organisation.Kind.ASSOCIATION,
        ]
    )
    return Organisation.objects.filter(
        actor.filter(right, region="region__path", organisation=("path",)) | public
    )


def may_export(actor: Actor) -> bool:
    """Whether the actor may take lists out of the system: by a grant that says so, with a second factor."""
    if actor.system:
        return True
    return actor.second_factor and any(reach.may_export for reach in actor.reaches_with(EXPORT))


def exporting(actor: Actor) -> Actor:
    """Return the actor cut down to the grants with which he may export; an export takes its rows by it."""
    if actor.system:
        return actor
    reaches = tuple(reach for reach in actor.reaches_with(EXPORT) if reach.may_export)
    return actor.narrowed(reaches)


def allowed(model: type[M], actor: Actor, right: str, keys: list[Any]) -> QuerySet[M]:
    """Return those of the rows ``keys`` that ``right`` lets ``actor`` reach."""
    return for_actor(model, actor, right).filter(pk__in=keys)
