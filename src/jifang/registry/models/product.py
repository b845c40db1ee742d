"""Products and the proofs of their quality (Guangdong art. 13, art. 17 item 4; Shijiazhuang art. 12)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jifang.registry.models.bases import Entry, with_history
from jifang.registry.models.choices import CertificateKind, DeviceKind


@with_history()
class Product(Entry):
    """A type of equipment as its maker sells it."""

    vendor = models.CharField(_("maker"), max_length=120)
    model = models.CharField(_("model"), max_length=120)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=DeviceKind, blank=True)
    catalogue_number = models.CharField(_("number in the product catalogue"), max_length=60, blank=True)
    remarks = models.TextField(_("remarks"), blank=True)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["vendor", "model", "id"]
        constraints = [
            models.UniqueConstraint(fields=["vendor", "model"], name="product_vendor_model_once"),
        ]

    def __str__(self) -> str:
        return f"{self.vendor} {self.model}"


@with_history()
class QualityCertificate(Entry):
    """A proof of quality of one product; without an end it is valid until somebody withdraws it."""

    product = models.ForeignKey(
        Product, models.PROTECT, related_name="certificates", verbose_name=_("product")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=CertificateKind)
    number = models.CharField(_("number"), max_length=80)
    issuer = models.CharField(_("issued by"), max_length=200)
    issued_on = models.DateField(_("issued on"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)

    class Meta:
        verbose_name = _("quality certificate")
        verbose_name_plural = _("quality certificates")
        ordering = ["valid_until", "id"]
        indexes = [models.Index(fields=["valid_until", "id"], name="certificate_by_end")]
        constraints = [
            models.UniqueConstraint(fields=["kind", "number"], name="certificate_number_once"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("issued_on")),
                name="certificate_ends_after_issue",
                violation_error_message=_("The certificate ends before it was issued."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=F("issued_on")),
                name="certificate_withdrawn_after_issue",
                violation_error_message=_("The certificate was withdrawn before it was issued."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"
