"""Sessions: list, end, and ask whether one still stands."""

from datetime import datetime
from importlib import import_module

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils.crypto import constant_time_compare

from jifang.identity import security_log
from jifang.identity.access import Actor, actor_for
from jifang.identity.models import Account

SECOND_FACTOR = "second_factor"
CHANNEL = "identity_session"


def second_factor_passed(session: SessionBase, account: Account) -> bool:
    """Whether this session passed a second factor as ``account``."""
    kept = session.get(SECOND_FACTOR)
    return kept is not None and bool(kept.get("account") == account.pk)


def actor_of(session_key: str, *, at: datetime) -> Actor | None:
    """Return whose session this is, or None when it ended; for long streams that ask again now and then.

    Costs three queries. NOTIFY on ``identity_session`` tells the account id whenever sessions of it are
    ended.
    """
    store: SessionBase = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    number = store.get(SESSION_KEY)
    if number is None or store.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    account = Account.objects.filter(pk=number, is_active=True).first()
    if account is None or not constant_time_compare(
        store.get(HASH_SESSION_KEY, ""), account.get_session_auth_hash()
    ):
        return None
    return actor_for(account, at=at, second_factor=second_factor_passed(store, account))


def end(session: UserSession, *, account: Account, at: datetime) -> None:
    """End one session of ``account``."""
    end_all(account, at=at, only=session.session_key)


def end_all(account: Account, *, at: datetime, keep: str = "", only: str = "") -> int:
    """End the sessions of ``account`` (all, all but ``keep``, or ``only`` one); returns how many."""
    listed = UserSession.objects.filter(user_id=account.pk).exclude(session_key=keep)
    if only:
        listed = listed.filter(session_key=only)
    keys = list(listed.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    listed.delete()
    if keys:
        security_log.note(security_log.Kind.SESSION_REVOKED, at=at, account=account, detail=str(len(keys)))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(account.pk)])
    return len(keys)
