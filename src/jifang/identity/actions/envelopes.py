"""The break-glass account: seal an envelope, open it once."""

import secrets
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import PermissionDenied
from django.db.models import Max
from django.utils.translation import gettext as _

from jifang.identity import ledger, rights, security_log, sessions
from jifang.identity.access import SYSTEM, Actor
from jifang.identity.audit import acting, current_origin
from jifang.identity.models import Account, ApiToken, Grant, Region, Seal
from jifang.identity.roles import Role
from jifang.identity.throttle import wait_for
from jifang.kernel.errors import BadInputError, gettext_noop

USERNAME = "break-glass"
SESSION_LENGTH = timedelta(hours=1)
# No 0, 1, I, L, O: it is read from paper and typed at the worst moment. 24 of 31 signs are 118 bits.
_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_ATTEMPTS, _WINDOW = 5, 900


def seal(*, by: Actor, at: datetime) -> tuple[Seal, str]:
    """Seal a new envelope; returns it with the secret to print, which nobody can show again.

    Whatever the envelope before began, ends: sessions, tokens, second factors of the break-glass account.
    """
    if by.account_id is None or by.break_glass or not by.may(rights.SEAL_MANAGE):
        raise PermissionDenied
    secret = "-".join("".join(secrets.choice(_SIGNS) for _ in range(4)) for _ in range(6))
    with acting(by=by, at=at, reason=_("a new envelope was sealed")):
        account = _account(by, by.account_id, at)
        account.set_unusable_password()
        account.save(update_fields=["password"])
        Authenticator.objects.filter(user_id=account.pk).delete()
        ApiToken.objects.filter(account=account, revoked_at__isnull=True).update(revoked_at=at)
        sessions.end_all(account, at=at)
        Seal.objects.filter(account=account, replaced_at__isnull=True).update(replaced_at=at)
        number = (Seal.objects.aggregate(last=Max("number"))["last"] or 0) + 1
        envelope = Seal.objects.create(
            account=account,
            number=number,
            secret=make_password(_plain(secret)),
            sealed_at=at,
            sealed_by_id=by.account_id,
        )
        ledger.append("identity.envelope.sealed", {"number": number}, by=by, at=at)
    return envelope, secret


def open_envelope(*, secret: str, who: str, reason: str, at: datetime) -> Account:
    """Open the sealed envelope: returns the account to sign in with, for an hour. It opens once.

    Raises ``BadInputError`` for a wrong or spent secret, an empty name or reason, or too many attempts.
    """
    origin = current_origin()
    address = origin.address if origin else None
    if not who.strip() or not reason.strip():
        raise BadInputError(
            "reason" if who.strip() else "who",
            "",
            gettext_noop("Name and reason are asked for."),
            gettext_noop("Write who opens the envelope and why: it goes on the ledger."),
        )
    # Counted over the whole installation: there is one envelope, and nobody but its finder needs to try.
    if seconds := wait_for("envelope", limit=_ATTEMPTS, seconds=_WINDOW, at=at):
        raise BadInputError(
            "secret",
            "",
            gettext_noop("Too many attempts."),
            gettext_noop("Wait %(minutes)s minutes."),
            minutes=seconds // 60 + 1,
        )
    with acting(by=SYSTEM, at=at, reason=reason):
        envelope = (
            Seal.objects.select_for_update(of=("self",))
            .select_related("account")
            .filter(replaced_at__isnull=True, opened_at__isnull=True)
            .first()
        )
        fits = envelope is not None and check_password(_plain(secret), envelope.secret)
        if envelope is not None and fits:
            envelope.opened_at, envelope.opened_from = at, address
            envelope.opened_by, envelope.reason = who.strip()[:100], reason.strip()[:200]
            envelope.save(update_fields=["opened_at", "opened_from", "opened_by", "reason"])
            security_log.note(
                security_log.Kind.SEAL_OPENED, at=at, account=envelope.account, detail=who.strip()
            )
            ledger.append(
                "identity.envelope.opened",
                {"number": envelope.number},
                by=SYSTEM,
                at=at,
                personal={"who": who.strip(), "reason": reason.strip(), "address": address or ""},
            )
            return envelope.account
        security_log.note(security_log.Kind.SEAL_REFUSED, at=at, detail=who.strip())
    raise BadInputError(
        "secret",
        "",
        gettext_noop("The secret does not open the envelope, or it was opened before."),
        gettext_noop(
            "Type all six groups as printed; an opened envelope must be sealed anew by an administrator."
        ),
    )


def opened() -> Seal | None:
    """The envelope that was opened and not replaced yet: every administrator is told until it is."""
    return Seal.objects.filter(opened_at__isnull=False, replaced_at__isnull=True).first()


def _plain(secret: str) -> str:
    return "".join(c for c in secret.upper() if c in _SIGNS)


def _account(by: Actor, sealer_id: int, at: datetime) -> Account:
    """The one break-glass account, made at the first sealing with the reach of who seals."""
    found = Account.objects.select_for_update(no_key=True).filter(is_break_glass=True).first()
    if found is not None:
        return found
    sealer = Account.objects.get(pk=sealer_id)
    account = Account(
        username=USERNAME,
        name=_("Break-glass account"),
        organisation=sealer.organisation,
        is_break_glass=True,
        created_at=at,
    )
    account.set_unusable_password()
    account.save()
    paths = [reach.region_path for reach in by.reaches_with(rights.SEAL_MANAGE) if reach.region_path]
    for region in Region.objects.filter(path__in=paths):
        Grant.objects.create(
            account=account,
            role=Role.SYSTEM_ADMINISTRATOR,
            region=region,
            starts_at=at,
            granted_by_id=by.account_id,
            reason=_("sealed break-glass account"),
        )
    return account
