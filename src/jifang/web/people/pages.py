"""What the people pages offer to the frame."""

from django.utils.translation import gettext_lazy as _

from jifang.identity import rights
from jifang.identity.access import Actor
from jifang.identity.actions import envelopes
from jifang.web import navigation


def register() -> None:
    """People and grants for those who manage them, the audit pages for the auditor."""
    page = navigation.Page
    for one in (
        page("system", "people.accounts", _("People"), "people:accounts", rights.ACCOUNT_VIEW, 10),
        page("system", "people.grants", _("Grants"), "people:grants", rights.ACCOUNT_VIEW, 20),
        page("system", "people.roles", _("Roles and rights"), "people:roles", rights.ACCOUNT_VIEW, 30),
        page("system", "people.envelope", _("Sealed envelope"), "people:envelope", rights.SEAL_MANAGE, 40),
        page("system", "people.acts", _("Acts"), "people:acts", rights.AUDIT_VIEW, 50),
        page("system", "people.door", _("Sign-ins"), "people:door", rights.AUDIT_VIEW, 60),
        page("system", "people.ledger", _("Ledger"), "people:ledger", rights.LEDGER_VIEW, 70),
    ):
        navigation.register(one)
    navigation.register_notice("people.envelope", opened_envelope)
    navigation.register_help("/people/", "people")


def opened_envelope(actor: Actor) -> navigation.Notice | None:
    """Tell every administrator, on every page, that the break-glass envelope was opened. One query for them
    only."""
    if not actor.may(rights.SEAL_MANAGE):
        return None
    envelope = envelopes.opened()
    if envelope is None:
        return None
    text = _("Envelope %(number)d of the break-glass account was opened by %(who)s: %(reason)s") % {
        "number": envelope.number,
        "who": envelope.opened_by,
        "reason": envelope.reason,
    }
    return navigation.Notice("bad", text, _("Look into it and seal a new one"), "people:envelope")
