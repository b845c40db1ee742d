"""What the sign-in pages of the demo city show: its logins and their codes. Nothing of it exists
elsewhere."""

import json
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django import template
from django.conf import settings
from django.utils.translation import get_language

from jifang.identity.models import Account
from jifang.web.account.forms import spent

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
def demo_code(account: Account) -> str:
    """A one-time code of a demo login that was not used yet; empty anywhere else."""
    for one in _logins().get("accounts", []):
        if one["username"] == account.username and one.get("totp"):
            earlier, present, later = yield_hotp_counters_from_time()
            codes: list[str] = [
                format_hotp_value(hotp_value(one["totp"], count)) for count in (present, later, earlier)
            ]
            return next((code for code in codes if not spent(account, code)), codes[0])
    return ""
