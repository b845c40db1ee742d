"""The only door for reading the rows of this room."""

from datetime import datetime
from typing import Any

import pghistory.models
from django.db.models import BigIntegerField, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from jifang.identity import rights
from jifang.identity.access import Actor
from jifang.identity.models import (
    Account,
    ApiToken,
    Grant,
    LedgerEntry,
    Organisation,
    Region,
    SecurityEvent,
)
from jifang.identity.roles import SECOND_FACTOR_ROLES


def regions(actor: Actor, right: str = rights.REGION_VIEW) -> QuerySet[Region]:
    """Regions within the granted subtrees; to look at also those in which one's own organisations lie."""
    if actor.system:
        return Region.objects.all()
    allowed = actor.filter(right, region="path", organisation=())
    if right == rights.REGION_VIEW:
        own = Organisation.objects.filter(actor.filter(right, region=None, organisation=("path",)))
        allowed |= Q(pk__in=own.values("region_id"))
    return Region.objects.filter(allowed)


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


def acts(actor: Actor) -> QuerySet[Any]:
    """What was done (contexts of history): by whom, when, why, at which address of the product.

    An auditor reads the acts of the people in his reach and those of the system itself.
    """
    contexts: QuerySet[Any] = pghistory.models.Context.objects.annotate(
        actor_id=Cast(KeyTextTransform("account", "metadata"), BigIntegerField())
    )
    if not actor.may(rights.AUDIT_VIEW):
        return contexts.none()
    visible = accounts(actor, rights.AUDIT_VIEW).values("pk")
    return contexts.filter(Q(actor_id__in=visible) | Q(actor_id__isnull=True))


def ledger_entries(actor: Actor) -> QuerySet[LedgerEntry]:
    """Ledger entries made by the people in an auditor's reach, and by the system itself."""
    if not actor.may(rights.LEDGER_VIEW):
        return LedgerEntry.objects.none()
    visible = accounts(actor, rights.LEDGER_VIEW).values("pk")
    return LedgerEntry.objects.filter(Q(account__in=visible) | Q(account__isnull=True))


def reaches_everything(actor: Actor, right: str) -> bool:
    """Whether ``right`` reaches every root region, hence the whole installation."""
    if not actor.may(right):
        return False
    roots = Region.objects.filter(parent__isnull=True)
    return not roots.exclude(actor.filter(right, region="path", organisation=())).exists()


def owes_second_factor(account_id: int, *, at: datetime) -> bool:
    """Whether the grants of an account oblige it to a second factor."""
    return (
        Grant.objects.filter(in_force(at), account_id=account_id)
        .filter(Q(role__in=SECOND_FACTOR_ROLES) | Q(may_export=True))
        .exists()
    )
