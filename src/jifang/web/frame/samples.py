"""Invented content for the style guide: every component in every state, and nothing from the database."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

CLASSES = ("hold_up", "burglary", "fire", "medical", "technical", "open_close", "test", "unknown")
TONES = (
    ("good", _("in order")),
    ("bad", _("failed")),
    ("pending", _("due soon")),
    ("unknown", _("not known")),
    ("info", _("for information")),
    ("off", _("switched off")),
)
VERDICT_CODES = ("compliant", "violation", "pending", "unknown", "not_applicable", "waived")
TOKENS = (
    (
        "paper",
        "surface",
        "raised",
        "sunken",
        "ink",
        "ink-2",
        "ink-3",
        "line",
        "line-2",
        "control",
        "accent",
        "accent-soft",
    ),
    ("holdup", "burglary", "fire", "technical", "opening", "test", "good", "bad", "pending", "unknown"),
)
ROWS = (
    {"name": _("City bank, Harbour branch"), "class": "burglary", "zone": 7, "n": 12_408, "tone": "bad"},
    {"name": _("Museum of the river"), "class": "open_close", "zone": 2, "n": 903, "tone": "good"},
    {"name": _("Waterworks no. 2"), "class": "technical", "zone": 31, "n": 88, "tone": "unknown"},
)


class SampleForm(forms.Form):
    """One field of every kind, one of them wrong."""

    name = forms.CharField(label=_("Site name"), help_text=_("As on the licence of the unit."))
    kind = forms.ChoiceField(label=_("Kind"), choices=[("bank", _("Bank")), ("school", _("School"))])
    code = forms.CharField(label=_("GB/T 28181 ID"), max_length=20)
    since = forms.DateField(label=_("In force from"), widget=forms.DateInput(attrs={"type": "date"}))
    key_unit = forms.BooleanField(label=_("Key unit for technical protection"), required=False)
    hours = forms.ChoiceField(
        label=_("Hours"), choices=[("day", _("Day")), ("night", _("Night"))], widget=forms.RadioSelect
    )
    note = forms.CharField(label=_("Note"), widget=forms.Textarea, required=False)

    def clean_code(self) -> str:
        """Refuse anything that is not twenty digits, naming the value and the remedy."""
        value: str = self.cleaned_data["code"]
        if not (value.isdecimal() and len(value) == 20):
            raise forms.ValidationError(
                _("“%(value)s” has %(n)d characters; an ID has exactly 20 digits."),
                params={"value": value, "n": len(value)},
            )
        return value


def context() -> dict[str, Any]:
    """Return everything the style guide shows."""
    now = timezone.now()
    steps = [
        {"title": _("Call the contact on site"), "state": "done", "note": _("answered after 14 s")},
        {"title": _("Ask for the pass-phrase"), "state": "current", "note": _("two attempts at most")},
        {"title": _("Send the response team"), "state": "waiting", "note": ""},
        {"title": _("Inform the duty officer"), "state": "skipped", "note": _("not needed for this class")},
    ]
    timeline = [
        {"at": now - timedelta(minutes=6), "title": _("Signal received: zone 7, motion"), "tone": "bad"},
        {
            "at": now - timedelta(minutes=5, seconds=20),
            "title": _("Taken over"),
            "who": "陈晓",
            "tone": "info",
        },
        {
            "at": now - timedelta(minutes=2),
            "title": _("Contact reached"),
            "who": "陈晓",
            "text": _("On the way, 10 min"),
        },
    ]
    form = SampleForm(data={"name": "市博物馆", "kind": "bank", "code": "4498020000132", "hours": "day"})
    return {
        "form": form,
        "classes": CLASSES,
        "tones": TONES,
        "verdicts": VERDICT_CODES,
        "tokens": TOKENS,
        "rows": ROWS,
        "steps": steps,
        "timeline": timeline,
        "diff": [
            {"label": _("Risk level"), "old": _("Level 2"), "new": _("Level 1")},
            {"label": _("Telephone"), "old": "", "new": "0898-1234 5678"},
        ],
        "now": now,
        "earlier": now - timedelta(minutes=3, seconds=12),
        "yesterday": now - timedelta(days=1, hours=2),
        "later": now + timedelta(minutes=25),
        "soon": now + timedelta(minutes=4),
        "past": now - timedelta(minutes=9),
    }
