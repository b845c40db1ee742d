"""Who asks, and what that lets through: grants compiled once a request into one filter.

There is no ``obj=None`` path: a page asks :meth:`Actor.may` only to decide whether a room exists for the
actor; rows come through ``queries.for_actor`` of each room, which ends in :meth:`Actor.filter`; actions check
the object again with :func:`check`.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q

from jifang.identity.models import Account, Grant
from jifang.identity.roles import SECOND_FACTOR_ROLES, Role, roles_with

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Reach:
    """One grant as the filter needs it: the role and the path prefix of its subtree."""

    role: Role
    region_path: str | None
    organisation_path: str | None
    may_export: bool = False


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person, an API token or a part of the system itself.

    ``account_id`` is None for the system; ``scopes`` limits a token to the rights it names (None: no limit);
    ``second_factor`` tells whether this session passed one. Who must pass one and has not yet holds no reach
    at all and has ``second_factor_missing``: the gate is here, so that no door can forget it.
    """

    name: str
    account_id: int | None = None
    reaches: tuple[Reach, ...] = ()
    second_factor: bool = False
    second_factor_missing: bool = False
    break_glass: bool = False
    scopes: frozenset[str] | None = None
    system: bool = False
    _filters: dict[tuple[str, ...], Q] = field(default_factory=dict, compare=False, repr=False)
    _kept: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def roles(self) -> frozenset[Role]:
        """The roles held anywhere."""
        return frozenset(reach.role for reach in self.reaches)

    def reaches_with(self, right: str) -> tuple[Reach, ...]:
        """The grants that carry ``right``."""
        if self.scopes is not None and right not in self.scopes:
            return ()
        holders = roles_with(right)
        return tuple(reach for reach in self.reaches if reach.role in holders)

    def may(self, right: str) -> bool:
        """Whether the actor holds ``right`` somewhere; says nothing about a particular object."""
        return self.system or bool(self.reaches_with(right))

    def may_export(self, right: str) -> bool:
        """Whether what ``right`` shows may also be carried out of the system, somewhere."""
        return self.system or any(reach.may_export for reach in self.reaches_with(right))

    def exporting(self) -> "Actor":
        """Return the actor reduced to the grants that may export: give it to ``for_actor`` for an export."""
        if self.system:
            return self
        return self.narrowed(reach for reach in self.reaches if reach.may_export)

    def narrowed(self, reaches: Iterable[Reach]) -> "Actor":
        """Return the actor with these grants alone, and nothing of what was compiled for the others.

        A method, because pages hold a lazy stand-in for the actor that ``dataclasses.replace`` does not take.
        """
        return replace(self, reaches=tuple(reaches), _filters={}, _kept={})

    def filter(
        self,
        right: str,
        *,
        region: str | None = "region__path",
        organisation: tuple[str, ...] = ("organisation__path",),
    ) -> Q:
        """Return the one filter for rows that ``right`` lets through.

        ``region`` is the lookup of the row's region path, None where a row has none; ``organisation`` are the
        lookups of every organisation path through which a body may hold the row (owner, alarm centre,
        contractor).
        """
        if self.system:
            return Q()
        key = (right, region or "", *organisation)
        if key not in self._filters:
            self._filters[key] = self._compile(right, region, organisation)
        return self._filters[key]

    def kept(self, key: Hashable, make: Callable[[], _T]) -> _T:
        """Return what ``make`` gave the first time: rooms keep here what they compile once a request."""
        if key not in self._kept:
            self._kept[key] = make()
        kept: _T = self._kept[key]
        return kept

    def _compile(self, right: str, region: str | None, organisation: tuple[str, ...]) -> Q:
        allowed = Q(pk__in=[])
        for reach in self.reaches_with(right):
            if reach.region_path is not None and region is not None:
                allowed |= Q(**{f"{region}__startswith": reach.region_path})
            if reach.organisation_path is not None:
                for lookup in organisation:
                    allowed |= Q(**{f"{lookup}__startswith": reach.organisation_path})
        return allowed


SYSTEM = Actor(name="system", system=True)


def actor_for(
    account: Account, *, at: datetime, second_factor: bool = False, scopes: frozenset[str] | None = None
) -> Actor:
    """Compile the grants of ``account`` in force at ``at`` (UTC) into an :class:`Actor`. One query."""
    if not account.is_active:
        return Actor(name=account.name, account_id=account.pk)
    grants = (
        Grant.objects.filter(account=account, starts_at__lte=at)
        .exclude(ends_at__lte=at)
        .select_related("region", "organisation")
    )
    reaches = tuple(
        Reach(
            Role(grant.role),
            grant.region.path if grant.region else None,
            grant.organisation.path if grant.organisation else None,
            grant.may_export,
        )
        for grant in grants
    )
    if not second_factor and needs_second_factor(reaches):
        return Actor(name=account.name, account_id=account.pk, second_factor_missing=True)
    return Actor(
        name=account.name,
        account_id=account.pk,
        reaches=reaches,
        second_factor=second_factor,
        break_glass=account.is_break_glass,
        scopes=scopes,
    )


def needs_second_factor(reaches: Iterable[Reach]) -> bool:
    """Whether these grants oblige their holder to a second factor: by role, or because they let data out."""
    return any(reach.role in SECOND_FACTOR_ROLES or reach.may_export for reach in reaches)


def check(allowed: models.QuerySet[Any], obj: models.Model) -> None:
    """Refuse unless ``obj`` is among ``allowed``, a queryset that came from ``for_actor``.

    Actions call it with the object they are about to change; raises ``PermissionDenied``.
    """
    if not allowed.filter(pk=obj.pk).exists():
        raise PermissionDenied
