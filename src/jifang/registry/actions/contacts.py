"""Pass-phrases and the order of calls."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F

from jifang.identity.access import Actor
from jifang.identity.audit import acting
from jifang.kernel.errors import BadInputError, gettext_noop
from jifang.registry import phrases
from jifang.registry.actions import guard
from jifang.registry.models import CallList, CallListEntry, Contact


def set_pass_phrase(contact: Contact, phrase: str, *, by: Actor, at: datetime, reason: str = "") -> Contact:
    """Replace the phrase a contact answers with; empty takes it away. It is sealed before it is stored."""
    with acting(by=by, at=at, reason=reason):
        guard.reachable(Contact, [contact.pk], by=by)
        Contact.objects.filter(pk=contact.pk).update(
            pass_phrase=phrases.seal(contact, phrase.strip()), version=F("version") + 1
        )
    contact.refresh_from_db()
    return contact


def set_call_order(
    call_list: CallList,
    contacts: Sequence[Contact],
    *,
    by: Actor,
    at: datetime,
    reason: str = "",
    wait_seconds: int = 30,
) -> CallList:
    """Let the list call exactly these contacts in this order; all belong to the list's site."""
    strangers = [contact for contact in contacts if contact.site_id != call_list.site_id]
    if strangers:
        raise BadInputError(
            "contacts",
            strangers[0].name,
            gettext_noop("“%(value)s” is a contact of another site."),
            gettext_noop("Enter the person as a contact of this site first."),
        )
    with acting(by=by, at=at, reason=reason):
        guard.reachable(CallList, [call_list.pk], by=by)
        kept = dict(call_list.entries.values_list("contact", "wait_seconds"))
        call_list.entries.all().delete()
        CallListEntry.objects.bulk_create(
            CallListEntry(
                call_list=call_list,
                contact=contact,
                order=order,
                wait_seconds=kept.get(contact.pk, wait_seconds),
            )
            for order, contact in enumerate(contacts, start=1)
        )
        CallList.objects.filter(pk=call_list.pk).update(version=F("version") + 1)
    call_list.refresh_from_db()
    return call_list
