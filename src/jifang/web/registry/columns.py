"""Columns of the registry's lists."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from jifang.registry.models.choices import GUANGDONG_SHORT, ORDER_799_SHORT, Status
from jifang.web.generic.columns import Column

TONES = {
    Status.IN_USE: "good",
    Status.PLANNED: "info",
    Status.SUSPENDED: "pending",
    Status.RETIRED: "off",
}


def status_tone(row: Any) -> str:
    """The tone of an entry's status."""
    return TONES.get(row.status, "unknown")


def status_badge(row: Any) -> tuple[str, Any]:
    """The badge beside the heading of an entry's page."""
    return status_tone(row), row.get_status_display()


STATUS = Column("status", _("Status"), "status", tone=status_tone)
SITE_OF = Column("site", _("Site"), "site.name", sub="site.code")
REGION_OF = Column("region", _("Region"), "site.region.name")
REMARKS = Column("remarks", _("Remarks"), "remarks", default=False)
ID = Column("id", "ID", "pk", sort=("id",), default=False, number=True)
IN_USE = Column("in_use_on", _("In use since"), "in_use_on", default=False)

SITE = (
    Column("name", _("Name"), "name", sort=("name_key", "id"), link=True, sub="address"),
    Column("code", _("Code"), "code", sort=("code",)),
    STATUS,
    Column("organisation", _("Organisation"), "organisation.name"),
    Column("region", _("Region"), "region.name"),
    Column(
        "order799",
        _("Order 799"),
        "order799_class",
        unknown=_("not decided"),
        short=lambda row: ORDER_799_SHORT.get(row.order799_class),
    ),
    Column("gd9", _("Guangdong art. 9"), "gd9_item", short=lambda row: GUANGDONG_SHORT.get(row.gd9_item)),
    Column("sjz6", _("Shijiazhuang art. 6"), "sjz6_item", default=False),
    Column("key_unit", _("Key unit class"), "key_unit_class", default=False),
    Column("counter_terror", _("Counter-terror key target"), "counter_terror_target", default=False),
    Column("risk", _("Risk level"), "risk_level", unknown=_("not assessed")),
    Column("alarm_service", _("Alarm-service operator"), "alarm_service.name", default=False),
    Column("responsible", _("Responsible party"), "responsible_party.name", default=False),
    Column("lon", _("Longitude"), "lon", default=False, number=True),
    Column("lat", _("Latitude"), "lat", default=False, number=True),
    IN_USE,
    REMARKS,
    ID,
)
SYSTEM = (
    Column("name", _("Name"), "name", link=True),
    Column("kind", _("Kind"), "kind", sort=("kind", "site_id", "id")),
    STATUS,
    SITE_OF,
    REGION_OF,
    Column("built_by", _("Built by"), "built_by"),
    Column("contractor", _("Contractor"), "contractor.name"),
    Column("maintainer", _("Maintained by"), "maintainer.name", default=False),
    Column("storage", _("Days of storage"), "storage_days", number=True),
    Column("in_use_on", _("In use since"), "in_use_on"),
    Column("accepted_on", _("Accepted on"), "accepted_on", default=False),
    Column("public_area", _("Covers a public area"), "public_area", default=False),
    Column("networked", _("Networked with the police"), "networked_with_police", default=False),
    REMARKS,
    ID,
)
DEVICE = (
    Column("name", _("Name"), "name", link=True),
    Column("kind", _("Kind"), "kind", sort=("kind", "site_id", "id")),
    STATUS,
    SITE_OF,
    Column("system", _("System"), "system.name"),
    Column("gb28181", _("GB/T 28181 ID"), "gb28181_id", sub="gb28181_edition"),
    Column("vendor", _("Maker"), "vendor", sub="model"),
    Column("model", _("Model"), "model", default=False),
    Column("serial", _("Serial number"), "serial", default=False),
    Column("firmware", _("Firmware"), "firmware", default=False),
    Column("audio", _("Can pick up sound"), "audio_capable", default=False),
    Column("sign", _("Sign is present"), "sign_present", default=False),
    Column("edition", _("Edition of the ID"), "gb28181_edition", default=False),
    IN_USE,
    REMARKS,
    ID,
)
POINT = (
    Column("name", _("Name"), "name", link=True),
    Column("kind", _("Kind"), "kind", sort=("kind", "site_id", "area", "number", "id")),
    Column("number", _("Number"), "number", number=True),
    Column("area", _("Area"), "area", number=True),
    STATUS,
    SITE_OF,
    Column("device", _("Device"), "device.name"),
    Column("system", _("System"), "system.name", default=False),
    Column("principle", _("Detection principle"), "principle"),
    Column("always", _("Armed around the clock"), "always_armed", default=False),
    IN_USE,
    REMARKS,
    ID,
)
PLAN = (
    Column("name", _("Name"), "name", link=True),
    SITE_OF,
    Column("level", _("Storey"), "level", number=True),
    Column(
        "size",
        _("Picture"),
        lambda row: f"{row.width} × {row.height}" if row.width else None,
        unknown=_("no picture"),
    ),
    Column("scale", _("Metres per pixel"), "metres_per_pixel", number=True),
    ID,
)
PRIVATE_PLACE = (
    Column("name", _("Name"), "name", link=True),
    Column("kind", _("Kind"), "kind"),
    SITE_OF,
    REGION_OF,
    Column("checked", _("Last checked on"), "last_checked_on", unknown=_("never")),
    ID,
)
CONTACT = (
    Column("name", _("Name"), "name", link=True),
    Column("role", _("Role"), "role"),
    SITE_OF,
    Column("phone", _("Telephone"), "phone"),
    Column("second_phone", _("Second telephone"), "second_phone", default=False),
    Column("order", _("Order"), "order", number=True),
    Column("keys", _("Holds keys"), "holds_keys"),
    Column("phrase", _("Pass-phrase"), lambda row: _("set") if row.pass_phrase else None, unknown=_("none")),
    Column("until", _("Valid until"), "valid_until", default=False),
    Column("remarks", _("Remarks"), "remarks", default=False),
    ID,
)
CALL_LIST = (
    Column("purpose", _("For"), "purpose", link=True),
    SITE_OF,
    Column("instructions", _("Instructions"), "instructions", default=False),
    ID,
)
PRODUCT = (
    Column("model", _("Model"), "model", link=True, sub="name"),
    Column("vendor", _("Maker"), "vendor", sort=("vendor", "model", "id")),
    Column("kind", _("Kind"), "kind"),
    Column("catalogue", _("Number in the product catalogue"), "catalogue_number"),
    REMARKS,
    ID,
)
CERTIFICATE = (
    Column("number", _("Number"), "number", link=True),
    Column("kind", _("Kind"), "kind"),
    Column("product", _("Product"), "product"),
    Column("issuer", _("Issued by"), "issuer"),
    Column("issued", _("Issued on"), "issued_on"),
    Column("until", _("Valid until"), "valid_until", sort=("valid_until", "id"), unknown=_("no end given")),
    Column("withdrawn", _("Withdrawn on"), "withdrawn_on", default=False),
    ID,
)
ORGANISATION = (
    Column("name", _("Name"), "name", sort=("name", "id"), link=True),
    Column("kind", _("Kind"), "kind", sort=("kind", "name", "id")),
    Column("uscc", _("Unified social credit code"), "uscc"),
    Column("region", _("Region"), "region.name"),
    Column("parent", _("Part of"), "parent.name"),
    Column("address", _("Address"), "address", default=False),
    Column("phone", _("Telephone"), "phone", default=False),
    ID,
)
REGION = (
    Column("name", _("Name"), "name", link=True),
    Column("code", _("Code"), "code", sort=("code",)),
    Column("level", _("Level"), "level"),
    Column("parent", _("Part of"), "parent.name"),
    ID,
)
