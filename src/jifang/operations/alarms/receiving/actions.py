"""Every write about receiving: accounts, their keys and paths, the keys of listeners."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop

from jifang.identity import audit, ledger
from jifang.identity.access import Actor, check
from jifang.kernel.errors import BadInputError
from jifang.operations.alarms.models import AccountPath, AlarmAccount, Listener
from jifang.operations.alarms.models.receiving import KeyMode, TimePolicy
from jifang.operations.alarms.receiving import queries
from jifang.operations.alarms.receiving.rights import ACCOUNT_EDIT, LISTENER_EDIT, LISTENER_VIEW
from jifang.protocols.dc09 import key_from_ascii, key_from_hex
from jifang.registry.models import Site
from jifang.registry.queries import for_actor as registry_for_actor
from jifang.registry.rights import STRUCTURE_VIEW

FIELDS = (
    "number",
    "book",
    "name",
    "site",
    "panel",
    "charset",
    "time_policy",
    "time_offset_minutes",
    "notes",
    "is_active",
)
LONGEST_CLEAR = timedelta(days=30)


def create_account(values: Mapping[str, Any], *, by: Actor, at: datetime, reason: str = "") -> AlarmAccount:
    """Register an account. ``values`` as in :data:`FIELDS`; key and paths come by their own actions."""
    if not by.may(ACCOUNT_EDIT):
        raise PermissionDenied
    with audit.acting(by=by, at=at, reason=reason):
        account = AlarmAccount(created_at=at)
        _fill(account, values, by)
        _save(account)
        check(queries.accounts(by, ACCOUNT_EDIT), account)
        ledger.append(
            "alarms.account.created", {"account": account.pk, "number": account.number}, by=by, at=at
        )
        return account


def edit_account(
    account: AlarmAccount, values: Mapping[str, Any], *, by: Actor, at: datetime, reason: str = ""
) -> AlarmAccount:
    """Change an account. A new number or book seals the key again, because it is bound to both."""
    with audit.acting(by=by, at=at, reason=reason):
        check(queries.accounts(by, ACCOUNT_EDIT), account)
        row = AlarmAccount.objects.select_for_update().get(pk=account.pk)
        before = row.key_context
        key = settings.SEALING_RING.unseal(row.key_sealed, context=before) if row.key_sealed else None
        _fill(row, values, by)
        if key is not None and row.key_context != before:
            row.key_sealed = settings.SEALING_RING.seal(key, context=row.key_context)
        _save(row)
        check(queries.accounts(by, ACCOUNT_EDIT), row)
        ledger.append("alarms.account.edited", {"account": row.pk, "number": row.number}, by=by, at=at)
        return row


def _fill(account: AlarmAccount, values: Mapping[str, Any], by: Actor) -> None:
    for name in FIELDS:
        if name in values:
            setattr(account, name, values[name])
    account.number = account.number.strip().lstrip("#").upper()
    if not 3 <= len(account.number) <= 32 or not account.number.isalnum() or not account.number.isascii():
        raise BadInputError(
            "number",
            account.number,
            gettext_noop("“%(value)s” is no account number."),
            gettext_noop("Write 3 to 16 digits or letters A to F, as they stand in the panel."),
        )
    if account.time_policy != TimePolicy.OFFSET:
        account.time_offset_minutes = 0
    elif not -840 <= account.time_offset_minutes <= 840:
        raise BadInputError(
            "time_offset_minutes",
            account.time_offset_minutes,
            gettext_noop("No place on Earth is %(value)s minutes away from UTC."),
            gettext_noop("Give minutes between -840 and 840; 480 is Chinese time."),
        )
    site = account.site
    if site is not None and not registry_for_actor(Site, by, STRUCTURE_VIEW).filter(pk=site.pk).exists():
        raise PermissionDenied


def _save(account: AlarmAccount) -> None:
    try:
        with transaction.atomic():
            account.save()
    except IntegrityError as error:
        if "alarm_account_once_in_book" not in str(error):
            raise
        raise BadInputError(
            "number",
            account.number,
            gettext_noop("Account %(value)s is registered already."),
            gettext_noop("Search for it, or choose another account book."),
        ) from error


def key_of(mode: str, text: str) -> bytes:
    """Read a key as it was entered. Raises ``BadInputError``, which never repeats the key."""
    try:
        return key_from_hex(text) if mode == KeyMode.HEX else key_from_ascii(text)
    except ValueError:
        raise BadInputError(
            "key",
            "…",
            gettext_noop("The key has the wrong length or wrong characters."),
            gettext_noop(
                "Hexadecimal: 32, 48 or 64 digits. Text: 16, 24 or 32 characters. Choose which it is."
            ),
        ) from None


def set_key(
    account: AlarmAccount, *, mode: str, text: str, by: Actor, at: datetime, reason: str = ""
) -> None:
    """Give an account its key, or take it away (mode ``none``). Who did it and when is on the ledger."""
    key = b"" if mode == KeyMode.NONE else key_of(mode, text)
    with audit.acting(by=by, at=at, reason=reason):
        check(queries.accounts(by, ACCOUNT_EDIT), account)
        account.key_mode = KeyMode(mode)
        account.key_sealed = settings.SEALING_RING.seal(key, context=account.key_context) if key else ""
        account.key_changed_at = at
        account.save(update_fields=["key_mode", "key_sealed", "key_changed_at"])
        ledger.append(
            "alarms.account.key_set",
            {"account": account.pk, "mode": mode, "bits": len(key) * 8},
            by=by,
            at=at,
        )


def allow_clear(
    account: AlarmAccount, *, until: datetime | None, by: Actor, at: datetime, reason: str
) -> None:
    """Let an account with a key send clear frames until then (None: no longer); for at most 30 days."""
    if until is not None and not at < until <= at + LONGEST_CLEAR:
        raise BadInputError(
            "until",
            f"{until:%Y-%m-%d %H:%M}",
            gettext_noop("%(value)s is not within the next 30 days."),
            gettext_noop("Choose a nearer time; it can be prolonged."),
        )
    if until is not None and not reason.strip():
        raise BadInputError(
            "reason",
            reason,
            gettext_noop("The reason is missing."),
            gettext_noop("Say why the panel cannot encrypt."),
        )
    with audit.acting(by=by, at=at, reason=reason):
        check(queries.accounts(by, ACCOUNT_EDIT), account)
        account.clear_allowed_until = until
        account.save(update_fields=["clear_allowed_until"])
        ledger.append("alarms.account.clear_allowed", {"account": account.pk, "until": until}, by=by, at=at)


def save_path(
    account: AlarmAccount, path: AccountPath, values: Mapping[str, Any], *, by: Actor, at: datetime
) -> AccountPath:
    """Make or change one path of an account."""
    with audit.acting(by=by, at=at):
        check(queries.accounts(by, ACCOUNT_EDIT), account)
        if path.pk and path.account_id != account.pk:
            raise PermissionDenied
        path.account = account
        for name in ("name", "listener", "receiver", "line", "interval_seconds", "grace_seconds"):
            setattr(path, name, values[name])
        try:
            with transaction.atomic():
                path.save()
        except IntegrityError as error:
            if "alarm_path_once" not in str(error):
                raise
            raise BadInputError(
                "listener",
                str(path.listener),
                gettext_noop("The account has a path on %(value)s with this receiver and line already."),
                gettext_noop("Change that one, or give this one another receiver or line."),
            ) from error
        ledger.append("alarms.account.path_saved", {"account": account.pk, "path": path.pk}, by=by, at=at)
        return path


def delete_path(
    account: AlarmAccount, path: AccountPath, *, by: Actor, at: datetime, reason: str = ""
) -> None:
    """Remove a path: it is supervised no longer."""
    with audit.acting(by=by, at=at, reason=reason):
        check(queries.accounts(by, ACCOUNT_EDIT), account)
        if path.account_id != account.pk:
            raise PermissionDenied
        ledger.append("alarms.account.path_deleted", {"account": account.pk, "path": path.pk}, by=by, at=at)
        path.delete()


def set_listener_key(listener: Listener, *, mode: str, text: str, by: Actor, at: datetime) -> None:
    """Give a listener the key that panels without one of their own share, or take it away."""
    key = b"" if mode == KeyMode.NONE else key_of(mode, text)
    if not by.may(LISTENER_EDIT):
        raise PermissionDenied
    with audit.acting(by=by, at=at):
        check(queries.listeners(by, LISTENER_VIEW), listener)
        listener.key_mode = KeyMode(mode)
        listener.key_sealed = (
            settings.SEALING_RING.seal(key, context=f"alarm_listener:{listener.pk}") if key else ""
        )
        listener.key_changed_at = at
        listener.save(update_fields=["key_mode", "key_sealed", "key_changed_at"])
        ledger.append(
            "alarms.listener.key_set",
            {"listener": listener.pk, "mode": mode, "bits": len(key) * 8},
            by=by,
            at=at,
        )
