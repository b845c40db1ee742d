"""The only door for reading the rows of this room."""

from datetime import datetime

from django.db.models import Q, QuerySet

from jifang.identity import rights
from jifang.identity.access import Actor
from jifang.identity.models import Account, ApiToken, Grant, Organisation, Region, SecurityEvent
from jifang.identity.roles import SECOND_FACTOR_ROLES


def regions(actor: Actor, right: str = rights.REGION_VIEW) -> QuerySet[Region]:
    """Regions that ``right`` lets through: the subtrees granted, and the way up from one's own
    organisation."""
    return Region.objects.filter(
        actor.filter(right, region="path", organisation=("organisations__path",))
    ).distinct()


def organisations(actor: Actor, right: str = rights.ORGANISATION_VIEW) -> QuerySet[Organisation]:
    """Organisations within the granted region or organisation subtrees."""
    return Organisation.objects.filter(actor.filter(right, organisation=("path",)))


def accounts(actor: Actor, right: str = rights.ACCOUNT_VIEW) -> QuerySet[Account]:
    """People whose organisation lies within the granted subtrees."""
    return Account.objects.filter(
        actor.filter(right, region="organisation__region__path", organisation=("organisation__path",))
    )


def grants(actor: Actor, right: str = rights.ACCOUNT_VIEW) -> QuerySet[Grant]:
    """Grants of the people one may see."""
    return Grant.objects.filter(
        actor.filter(
            right,
            region="account__organisation__region__path",
            organisation=("account__organisation__path",),
        )
    )


def in_force(at: datetime) -> Q:
    """Grants in force at ``at`` (UTC)."""
    return Q(starts_at__lte=at) & (Q(ends_at__isnull=True) | Q(ends_at__gt=at))


def own_tokens(actor: Actor) -> QuerySet[ApiToken]:
    """The API tokens of the actor himself."""
    return ApiToken.objects.filter(account_id=actor.account_id or 0)


def security_events(actor: Actor) -> QuerySet[SecurityEvent]:
    """The log of the door, as far as the auditor is granted; names typed by nobody belong to every
    auditor."""
    visible = accounts(actor, rights.AUDIT_VIEW).values("pk")
    return SecurityEvent.objects.filter(
        Q(account__in=visible) | (Q(account__isnull=True) if actor.may(rights.AUDIT_VIEW) else Q(pk__in=[]))
    )


def own_security_events(actor: Actor) -> QuerySet[SecurityEvent]:
    """What happened at the door of one's own account."""
    return SecurityEvent.objects.filter(account_id=actor.account_id or 0)


def owes_second_factor(account_id: int, *, at: datetime) -> bool:
    """Whether the grants of an account oblige it to a second factor."""
    return (
        Grant.objects.filter(in_force(at), account_id=account_id)
        .filter(Q(role__in=SECOND_FACTOR_ROLES) | Q(may_export=True))
        .exists()
    )
