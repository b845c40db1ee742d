"""API tokens: make and revoke."""

from collections.abc import Iterable
from datetime import datetime

from jifang.identity import ledger, queries, rights
from jifang.identity.access import Actor, check
from jifang.identity.audit import acting
from jifang.identity.models import Account, ApiToken
from jifang.identity.roles import all_rights
from jifang.identity.tokens import LONGEST, new_secret
from jifang.kernel.errors import BadInputError, gettext_noop


def make(
    *, name: str, scopes: Iterable[str], ends_at: datetime, by: Actor, at: datetime
) -> tuple[ApiToken, str]:
    """Make a token for oneself; returns it with its secret, which nobody can show again."""
    wanted = sorted(set(scopes))
    account = _must_be_sound(name, wanted, ends_at, by, at)
    secret = new_secret()
    with acting(by=by, at=at, reason=name):
        token = ApiToken.objects.create(
            account=account,
            name=name.strip(),
            prefix=secret.prefix,
            digest=secret.digest,
            scopes=wanted,
            created_at=at,
            ends_at=ends_at,
        )
        ledger.append(
            "identity.token.made",
            {"ends_at": ends_at, "prefix": secret.prefix, "scopes": wanted, "token": token.pk},
            by=by,
            at=at,
        )
    return token, secret.text


def revoke(token: ApiToken, *, by: Actor, at: datetime) -> ApiToken:
    """Revoke a token: one's own, or that of somebody whose account one manages."""
    with acting(by=by, at=at):
        token = ApiToken.objects.select_for_update(of=("self",)).select_related("account").get(pk=token.pk)
        if token.account_id != by.account_id:
            check(queries.accounts(by, rights.ACCOUNT_MANAGE), token.account)
        if token.revoked_at is None:
            token.revoked_at = at
            token.save(update_fields=["revoked_at"])
            ledger.append("identity.token.revoked", {"prefix": token.prefix, "token": token.pk}, by=by, at=at)
    return token


def offered_scopes(actor: Actor) -> list[str]:
    """The rights a token of ``actor`` may carry: those he holds somewhere."""
    return sorted(right for right in all_rights() if actor.may(right))


def _must_be_sound(name: str, scopes: list[str], ends_at: datetime, by: Actor, at: datetime) -> Account:
    account = Account.objects.filter(pk=by.account_id or 0, is_active=True).first()
    if account is None:
        raise BadInputError(
            "account", by.name, gettext_noop("A token belongs to an account."), gettext_noop("Sign in.")
        )
    if by.break_glass:
        raise BadInputError(
            "account",
            by.name,
            gettext_noop("The break-glass account makes no tokens."),
            gettext_noop("Let an administrator make one with his own account."),
        )
    if not name.strip():
        raise BadInputError(
            "name", name, gettext_noop("The purpose is empty."), gettext_noop("Say what the token is for.")
        )
    unknown = [scope for scope in scopes if scope not in offered_scopes(by)]
    if unknown or not scopes:
        raise BadInputError(
            "scopes",
            ", ".join(unknown),
            gettext_noop("The scope is empty or reaches beyond your grants: %(value)s"),
            gettext_noop("Choose at least one right of the list."),
        )
    if not at < ends_at <= at + LONGEST:
        raise BadInputError(
            "ends_at",
            ends_at.isoformat(),
            gettext_noop("A token lasts at least until tomorrow and at most a year."),
            gettext_noop("Choose a day within the coming year."),
        )
    return account
