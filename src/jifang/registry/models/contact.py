"""Who is called, in what order, at which hours, and the word that proves who answers."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jifang.registry.models.bases import Entry, with_history
from jifang.registry.models.choices import CallPurpose, ContactRole


@with_history()
class Contact(Entry):
    """A person or post to call about a site.

    ``hours`` is a list of ``{"days": [1..7], "from": "HH:MM", "to": "HH:MM"}`` in the site's time zone,
    Monday is 1; empty: reachable at any time. ``to`` earlier than ``from`` runs over midnight.
    ``pass_phrase`` is sealed (``kernel.sealing``); it is compared, and shown only to who must ask for it.
    """

    site = models.ForeignKey(
        "registry.Site", models.CASCADE, db_index=False, related_name="contacts", verbose_name=_("site")
    )
    name = models.CharField(_("name"), max_length=60)
    role = models.CharField(_("role"), max_length=15, choices=ContactRole)
    phone = models.CharField(_("telephone"), max_length=40)
    second_phone = models.CharField(_("second telephone"), max_length=40, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=1, validators=[MinValueValidator(1)])
    hours = models.JSONField(_("hours"), default=list, blank=True)
    pass_phrase = models.TextField(_("pass-phrase (sealed)"), blank=True, editable=False)
    holds_keys = models.BooleanField(_("holds keys"), default=False)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    remarks = models.CharField(_("remarks"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["site_id", "order", "id"]
        indexes = [models.Index(fields=["site", "order", "id"], name="contact_by_site")]
        constraints = [
            models.CheckConstraint(condition=Q(order__gte=1), name="contact_order_from_one"),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_until__gte=F("valid_from")),
                name="contact_ends_after_start",
                violation_error_message=_("The last valid day lies before the first."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


@with_history()
class CallList(Entry):
    """The order of calls of one site for one kind of event."""

    site = models.ForeignKey(
        "registry.Site", models.CASCADE, related_name="call_lists", verbose_name=_("site")
    )
    purpose = models.CharField(_("for"), max_length=12, choices=CallPurpose, default=CallPurpose.ALL)
    instructions = models.TextField(_("instructions"), blank=True)

    class Meta:
        verbose_name = _("call list")
        verbose_name_plural = _("call lists")
        ordering = ["site_id", "purpose"]
        constraints = [
            models.UniqueConstraint(fields=["site", "purpose"], name="calllist_purpose_once"),
        ]

    def __str__(self) -> str:
        return str(self.get_purpose_display())


@with_history()
class CallListEntry(models.Model):
    """One call of a list. ``wait_seconds`` is how long it may ring before the next contact is called."""

    call_list = models.ForeignKey(CallList, models.CASCADE, related_name="entries")
    contact = models.ForeignKey(
        Contact, models.CASCADE, related_name="call_entries", verbose_name=_("contact")
    )
    order = models.PositiveSmallIntegerField(_("order"), validators=[MinValueValidator(1)])
    wait_seconds = models.PositiveSmallIntegerField(_("wait in seconds"), default=30)

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        ordering = ["call_list_id", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["call_list", "order"],
                name="callentry_order_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(fields=["call_list", "contact"], name="callentry_contact_once"),
        ]

    def __str__(self) -> str:
        return f"{self.order}. {self.contact_id}"
