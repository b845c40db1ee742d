"""Accounts: open, edit, hand out a one-time link, take away second factors, close everywhere at once."""

from dataclasses import dataclass
from datetime import datetime

from allauth.account.app_settings import PASSWORD_RESET_TOKEN_GENERATOR
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied

from jifang.identity import ledger, queries, rights, security_log, sessions
from jifang.identity.access import Actor, check
from jifang.identity.actions.grants import end_now, may_grant, must_leave_an_administrator
from jifang.identity.audit import acting
from jifang.identity.models import Account, ApiToken, Grant, Organisation
from jifang.identity.roles import Role
from jifang.kernel.errors import BadInputError, gettext_noop


@dataclass(frozen=True, slots=True)
class Link:
    """A one-time link with which somebody chooses a password: shown once, good for one day."""

    uid: str
    key: str


def create(
    *,
    username: str,
    name: str,
    organisation: Organisation,
    badge: str = "",
    phone: str = "",
    email: str = "",
    language: str = "zh-hans",
    password: str | None = None,
    by: Actor,
    at: datetime,
    reason: str = "",
) -> Account:
    """Open an account without any right. Without ``password`` (the rule) a one-time link lets the person
    choose."""
    username = _username(username)
    if not name.strip():
        raise BadInputError(
            "name", name, gettext_noop("The name is empty."), gettext_noop("Give the person's name.")
        )
    with acting(by=by, at=at, reason=reason):
        if not by.system:
            check(queries.organisations(by, rights.ACCOUNT_MANAGE), organisation)
        if organisation.closed_at is not None:
            raise BadInputError(
                "organisation",
                organisation.name,
                gettext_noop("%(value)s is closed."),
                gettext_noop("Choose one that is open."),
            )
        if Account.objects.filter(username__iexact=username).exists():
            raise BadInputError(
                "username",
                username,
                gettext_noop("The user name %(value)s is taken."),
                gettext_noop("Choose another, for example with a number behind it."),
            )
        account = Account(
            username=username,
            name=name.strip(),
            organisation=organisation,
            badge=badge.strip(),
            phone=phone.strip(),
            email=email.strip(),
            language=language,
            created_at=at,
        )
        if password is None:
            account.set_unusable_password()
        else:
            account.set_password(password)
        account.save()
        ledger.append(
            "identity.account.opened",
            {"account": account.pk, "organisation": organisation.pk},
            by=by,
            at=at,
            personal={"name": account.name, "username": username},
        )
    return account


def edit(
    account: Account,
    *,
    name: str,
    organisation: Organisation,
    badge: str = "",
    phone: str = "",
    email: str = "",
    by: Actor,
    at: datetime,
    reason: str = "",
) -> Account:
    """Change what is known of a person. The user name stays: it stands in the records of what was done."""
    if not name.strip():
        raise BadInputError(
            "name", name, gettext_noop("The name is empty."), gettext_noop("Give the person's name.")
        )
    with acting(by=by, at=at, reason=reason):
        check(queries.accounts(by, rights.ACCOUNT_MANAGE), account)
        if organisation.pk != account.organisation_id:
            check(queries.organisations(by, rights.ACCOUNT_MANAGE), organisation)
        account.name, account.organisation = name.strip(), organisation
        account.badge, account.phone, account.email = badge.strip(), phone.strip(), email.strip()
        account.save(update_fields=["name", "organisation", "badge", "phone", "email"])
    return account


def issue_link(account: Account, *, reason: str, by: Actor, at: datetime) -> Link:
    """Hand out a one-time link with which the person chooses a (new) password. The old one stays until
    then."""
    with acting(by=by, at=at, reason=_reason(reason)):
        account = _taken_in_hand(account, by, at)
        link = Link(user_pk_to_url_str(account), PASSWORD_RESET_TOKEN_GENERATOR().make_token(account))
        security_log.note(security_log.Kind.LINK_ISSUED, at=at, account=account, detail=by.name)
        ledger.append(
            "identity.account.link_issued",
            {"account": account.pk},
            by=by,
            at=at,
            personal={"account": account.name, "reason": reason},
        )
    return link


def reset_second_factor(account: Account, *, reason: str, by: Actor, at: datetime) -> int:
    """Take away every second factor (lost telephone) and end every session; returns how many factors went."""
    with acting(by=by, at=at, reason=_reason(reason)):
        account = _taken_in_hand(account, by, at)
        count = _remove_factors(account)
        sessions.end_all(account, at=at)
        security_log.note(security_log.Kind.FACTOR_REMOVED, at=at, account=account, detail=by.name)
        ledger.append(
            "identity.account.second_factor_reset",
            {"account": account.pk, "factors": count},
            by=by,
            at=at,
            personal={"account": account.name, "reason": reason},
        )
    return count


def close(account: Account, *, reason: str, by: Actor, at: datetime) -> Account:
    """Close an account everywhere at once: password, second factors, sessions, tokens and grants end
    together."""
    with acting(by=by, at=at, reason=_reason(reason)):
        account = _taken_in_hand(account, by, at)
        if account.is_break_glass:
            raise BadInputError(
                "account",
                account.name,
                gettext_noop("The break-glass account cannot be closed."),
                gettext_noop("Seal a new envelope instead: that ends what the old one began."),
            )
        if Grant.objects.filter(
            queries.in_force(at), account=account, role=Role.SYSTEM_ADMINISTRATOR
        ).exists():
            must_leave_an_administrator(account, at)
        ended = list(Grant.objects.select_for_update().filter(account=account).exclude(ends_at__lte=at))
        for grant in ended:
            end_now(grant, reason=reason, by=by, at=at)
        account.is_active, account.closed_at = False, at
        account.set_unusable_password()
        account.save(update_fields=["is_active", "closed_at", "password"])
        tokens = ApiToken.objects.filter(account=account, revoked_at__isnull=True).update(revoked_at=at)
        factors = _remove_factors(account)
        ended_sessions = sessions.end_all(account, at=at)
        ledger.append(
            "identity.account.closed",
            {
                "account": account.pk,
                "factors": factors,
                "grants": len(ended),
                "sessions": ended_sessions,
                "tokens": tokens,
            },
            by=by,
            at=at,
            personal={"account": account.name, "reason": reason},
        )
    return account


def _taken_in_hand(account: Account, by: Actor, at: datetime) -> Account:
    """Lock an account for an act that could take it over; refuse when it holds more than ``by`` could
    grant."""
    account = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    if by.system:
        return account
    check(queries.accounts(by, rights.ACCOUNT_MANAGE), account)
    if account.pk == by.account_id:
        raise BadInputError(
            "account",
            account.name,
            gettext_noop("This is your own account."),
            gettext_noop("Use the pages under My account, or ask another administrator."),
        )
    if not account.is_active:
        raise BadInputError(
            "account",
            account.name,
            gettext_noop("The account %(value)s is closed."),
            gettext_noop("Choose an open one."),
        )
    held = (
        Grant.objects.filter(account=account)
        .exclude(ends_at__lte=at)
        .select_related("region", "organisation__region")
    )
    for grant in held:
        if not may_grant(
            by,
            Role(grant.role),
            region=grant.region,
            organisation=grant.organisation,
            may_export=grant.may_export,
        ):
            raise PermissionDenied
    return account


def _remove_factors(account: Account) -> int:
    return int(Authenticator.objects.filter(user_id=account.pk).delete()[0])


def _username(username: str) -> str:
    username = username.strip()
    if not username or len(username) > 60 or any(c.isspace() or not c.isprintable() for c in username):
        raise BadInputError(
            "username",
            username,
            gettext_noop("“%(value)s” cannot be a user name."),
            gettext_noop("Use up to 60 letters, digits and signs without spaces."),
        )
    return username


def _reason(reason: str) -> str:
    if not reason.strip():
        raise BadInputError(
            "reason", reason, gettext_noop("The reason is empty."), gettext_noop("Say why, in one sentence.")
        )
    return reason.strip()
