"""What an actor's grants mean for the registry: the reach of a right as sets of keys.

``Actor.filter`` compares paths; over a million points that would join three tables and, with its alternatives
over different tables, use no index of any. So the filter is applied once to the two small trees, regions and
organisations, and what it lets through becomes keys that the indexes of sites and systems know. One or two
small queries for each right and request, kept on the actor.
"""

from dataclasses import dataclass

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Q

from jifang.identity.access import Actor
from jifang.identity.models import Organisation, Region
from jifang.identity.roles import Role


@dataclass(frozen=True, slots=True)
class Scope:
    """Keys within reach. ``everything``: no condition is needed.

    ``bodies`` are organisations as owner, alarm centre or responsible party of a site; ``contractors`` the
    same as builder or maintainer of a system: a contractor sees its systems, not all that stands beside them.
    """

    everything: bool
    regions: tuple[int, ...] = ()
    bodies: tuple[int, ...] = ()
    contractors: tuple[int, ...] = ()

    @property
    def holds_sites(self) -> bool:
        """Whether whole sites are within reach, not only single systems."""
        return self.everything or bool(self.regions or self.bodies)

    def sites(self, prefix: str = "") -> Q:
        """The condition on a site reached by ``prefix`` (``"site__"``), contractors left out."""
        if self.everything:
            return Q()
        found = Q(pk__in=[])
        if self.regions:
            found |= Q(**{f"{prefix}region__in": self.regions})
        if self.bodies:
            found |= Q(**{f"{prefix}organisation__in": self.bodies})
            found |= Q(**{f"{prefix}alarm_service__in": self.bodies})
            found |= Q(**{f"{prefix}responsible_party__in": self.bodies})
        return found

    def systems(self, prefix: str = "") -> Q:
        """The condition on a system reached by ``prefix``, for contractors; nothing for anybody else."""
        if not self.contractors:
            return Q(pk__in=[])
        return Q(**{f"{prefix}contractor__in": self.contractors}) | Q(
            **{f"{prefix}maintainer__in": self.contractors}
        )


def scope_of(actor: Actor, right: str) -> Scope:
    """Compile what ``right`` lets ``actor`` reach; at most three small queries, once a request."""
    if actor.system:
        return Scope(everything=True)
    return actor.kept(("registry.scope", right), lambda: _compile(actor, right))


def _compile(actor: Actor, right: str) -> Scope:
    reaches = actor.reaches_with(right)
    working = actor.narrowed(r for r in reaches if r.role is Role.CONTRACTOR)
    holding = actor.narrowed(r for r in reaches if r.role is not Role.CONTRACTOR)
    regions: tuple[int, ...] = ()
    bodies: tuple[int, ...] = ()
    contractors: tuple[int, ...] = ()
    if any(reach.region_path is not None for reach in holding.reaches):
        within = holding.filter(right, region="path", organisation=())
        found = Region.objects.aggregate(keys=ArrayAgg("id", filter=within, default=[]), every=Count("id"))
        if len(found["keys"]) == found["every"]:
            return Scope(everything=True)
        regions = tuple(found["keys"])
    if any(reach.organisation_path is not None for reach in holding.reaches):
        bodies = _organisations(holding, right)
    if working.reaches:
        contractors = _organisations(working, right)
    return Scope(everything=False, regions=regions, bodies=bodies, contractors=contractors)


def _organisations(actor: Actor, right: str) -> tuple[int, ...]:
    within = actor.filter(right, region=None, organisation=("path",))
    return tuple(Organisation.objects.filter(within).values_list("id", flat=True))
