"""Grants: give and end."""

from datetime import datetime

from django.core.exceptions import PermissionDenied

from jifang.identity import ledger, queries, rights
from jifang.identity.access import Actor, check
from jifang.identity.audit import acting
from jifang.identity.models import Account, Grant, Organisation, Region
from jifang.identity.roles import GRANTABLE, Role, may_stand_beside
from jifang.kernel.errors import BadInputError, gettext_noop


def may_grant(
    by: Actor,
    role: Role,
    *,
    region: Region | None = None,
    organisation: Organisation | None = None,
    may_export: bool = False,
) -> bool:
    """Whether ``by`` may grant ``role`` over this subtree: within his own, and only roles below his."""
    if by.system:
        return True
    for reach in by.reaches_with(rights.GRANT_MANAGE):
        if role not in GRANTABLE.get(reach.role, frozenset()):
            continue
        # Whoever configures the system may let others export; a unit's manager passes on only what he has.
        if may_export and not reach.may_export and reach.role != Role.SYSTEM_ADMINISTRATOR:
            continue
        if reach.region_path is not None:
            where = region.path if region else organisation.region.path if organisation else ""
            if where.startswith(reach.region_path):
                return True
        if reach.organisation_path is None or organisation is None:
            continue
        if organisation.path.startswith(reach.organisation_path):
            return True
    return False


def give(
    account: Account,
    *,
    role: str,
    region: Region | None = None,
    organisation: Organisation | None = None,
    may_export: bool = False,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    reason: str,
    by: Actor,
    at: datetime,
) -> Grant:
    """Grant ``role`` over a region or an organisation subtree from ``starts_at`` (now) until ``ends_at``
    (open).

    Nobody grants to himself, nobody grants beyond what he holds, and roles that must be apart stay apart; the
    last two of these the database holds as well.
    """
    starts_at = starts_at or at
    _must_be_sound(role, region, organisation, starts_at, ends_at, at, reason)
    with acting(by=by, at=at, reason=reason):
        # The lock lets two grants to one person see each other, as the database's own trigger does.
        account = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
        if not by.system:
            check(queries.accounts(by, rights.GRANT_MANAGE), account)
        if account.pk == by.account_id:
            raise BadInputError(
                "account",
                account.name,
                gettext_noop("Nobody grants to himself."),
                gettext_noop("Ask another administrator."),
            )
        if not account.is_active:
            raise BadInputError(
                "account",
                account.name,
                gettext_noop("The account %(value)s is closed."),
                gettext_noop("Choose an open one."),
            )
        if not may_grant(by, Role(role), region=region, organisation=organisation, may_export=may_export):
            raise PermissionDenied
        _must_stand_beside(account, Role(role), starts_at, ends_at)
        grant = Grant.objects.create(
            account=account,
            role=role,
            region=region,
            organisation=organisation,
            may_export=may_export,
            starts_at=starts_at,
            ends_at=ends_at,
            granted_by_id=by.account_id,
            reason=reason.strip(),
        )
        ledger.append(
            "identity.grant.given",
            _told(grant),
            by=by,
            at=at,
            personal={"account": account.name, "reason": reason},
        )
    return grant


def end(grant: Grant, *, reason: str, by: Actor, at: datetime) -> Grant:
    """End a grant now. One that has not begun is taken back."""
    if not reason.strip():
        raise BadInputError(
            "reason", reason, gettext_noop("The reason is empty."), gettext_noop("Say why, in one sentence.")
        )
    with acting(by=by, at=at, reason=reason):
        grant = (
            Grant.objects.select_for_update(of=("self",))
            .select_related("account", "region", "organisation__region")
            .get(pk=grant.pk)
        )
        check(queries.grants(by, rights.GRANT_MANAGE), grant)
        if not may_grant(by, Role(grant.role), region=grant.region, organisation=grant.organisation):
            raise PermissionDenied
        if grant.ends_at is not None and grant.ends_at <= at:
            raise BadInputError(
                "ends_at",
                grant.ends_at.isoformat(),
                gettext_noop("The grant has ended already."),
                gettext_noop("Nothing is left to end."),
            )
        if grant.role == Role.SYSTEM_ADMINISTRATOR:
            must_leave_an_administrator(grant.account, at)
        end_now(grant, reason=reason, by=by, at=at)
        ledger.append(
            "identity.grant.ended",
            _told(grant),
            by=by,
            at=at,
            personal={"account": grant.account.name, "reason": reason},
        )
    return grant


def end_now(grant: Grant, *, reason: str, by: Actor, at: datetime) -> None:
    """Write the end of a grant; the caller has checked that it may and holds the transaction."""
    if grant.starts_at >= at:
        grant.delete()
        return
    grant.ends_at, grant.ended_by_id, grant.end_reason = at, by.account_id, reason.strip()
    grant.save(update_fields=["ends_at", "ended_by", "end_reason"])


def must_leave_an_administrator(account: Account, at: datetime) -> None:
    """Refuse what would leave the installation without anybody who may administer it."""
    others = (
        Grant.objects.select_for_update()
        .filter(queries.in_force(at), role=Role.SYSTEM_ADMINISTRATOR, account__is_active=True)
        .exclude(account=account)
        .exclude(account__is_break_glass=True)
        .values_list("pk", flat=True)
    )
    if not list(others):
        raise BadInputError(
            "account",
            account.name,
            gettext_noop("%(value)s is the last system administrator."),
            gettext_noop("Grant the role to somebody else first."),
        )


def _told(grant: Grant) -> dict[str, object]:
    return {
        "account": grant.account_id,
        "ends_at": grant.ends_at,
        "may_export": grant.may_export,
        "organisation": grant.organisation_id,
        "region": grant.region.code if grant.region else None,
        "role": grant.role,
        "starts_at": grant.starts_at,
    }


def _must_be_sound(
    role: str,
    region: Region | None,
    organisation: Organisation | None,
    starts_at: datetime,
    ends_at: datetime | None,
    at: datetime,
    reason: str,
) -> None:
    if role not in Role.values:
        raise BadInputError(
            "role", role, gettext_noop("“%(value)s” is no role."), gettext_noop("Choose one of the list.")
        )
    if (region is None) == (organisation is None):
        raise BadInputError(
            "region",
            "",
            gettext_noop("A grant holds within a region or within an organisation."),
            gettext_noop("Choose exactly one of the two."),
        )
    if ends_at is not None and ends_at <= max(starts_at, at):
        raise BadInputError(
            "ends_at",
            ends_at.isoformat(),
            gettext_noop("The end lies before the beginning or in the past."),
            gettext_noop("Choose a later day, or leave it open."),
        )
    if not reason.strip():
        raise BadInputError(
            "reason", reason, gettext_noop("The reason is empty."), gettext_noop("Say why, in one sentence.")
        )


def _must_stand_beside(account: Account, role: Role, starts_at: datetime, ends_at: datetime | None) -> None:
    overlapping = Grant.objects.filter(account=account).exclude(ends_at__lte=starts_at)
    if ends_at is not None:
        overlapping = overlapping.filter(starts_at__lt=ends_at)
    for held in overlapping:
        if not may_stand_beside(Role(held.role), role):
            raise BadInputError(
                "role",
                role.value,
                gettext_noop(
                    "Who is “%(held)s” cannot be “%(wanted)s” as well: these roles watch or serve each other."
                ),
                gettext_noop("End the other grant first, or use a second account."),
                held=str(Role(held.role).label),
                wanted=str(role.label),
            )
