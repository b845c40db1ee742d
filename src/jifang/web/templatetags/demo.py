"""What the sign-in pages of the demo city show: its logins and their codes. Nothing of it exists
elsewhere."""

import json
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django import template
from django.conf import settings
from django.utils.translation import get_language

register = template.Library()


def _logins() -> dict[str, Any]:
    if not settings.DEMO:
        return {}
    try:
        found: dict[str, Any] = json.loads(settings.DEMO_LOGINS.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return found


@register.simple_tag
def demo_logins() -> list[dict[str, str]]:
    """The logins of the demo city, in the reader's language; empty anywhere else."""
    logins = _logins()
    english = (get_language() or "").startswith("en")
    return [
        {
            "username": one["username"],
            "password": logins["password"],
            "label": one.get("name_en") if english and one.get("name_en") else one["name"],
            "note": (one.get("note_en") if english else "") or one.get("note", ""),
        }
        for one in logins.get("accounts", [])
    ]


@register.simple_tag
def demo_code(username: str) -> str:
    """The present one-time code of a demo login; empty anywhere else."""
    for one in _logins().get("accounts", []):
        if one["username"] == username and one.get("totp"):
            counters = list(yield_hotp_counters_from_time())
            return format_hotp_value(hotp_value(one["totp"], counters[len(counters) // 2]))
    return ""
