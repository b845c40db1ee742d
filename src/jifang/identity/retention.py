"""What this room forgets, and when."""

from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from jifang.identity.models import SecurityEvent

#: 网络安全法 art. 23(3): network logs at least six months. A year lets a yearly audit see the whole period.
SECURITY_LOG = timedelta(days=366)


def forget_old(*, at: datetime) -> dict[str, int]:
    """Delete security events past their period and sessions that ended by themselves; returns the counts."""
    events = SecurityEvent.objects.filter(at__lt=at - SECURITY_LOG).delete()[0]
    ended = Session.objects.filter(expire_date__lt=at).delete()[0]
    listed = UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()[0]
    return {"security_events": events, "sessions": ended, "listed_sessions": listed}
