"""Panels of the registry's pages."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db.models import Count, Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from jifang.identity.models import Region
from jifang.kernel import gb28181_id
from jifang.kernel.errors import BadInputError
from jifang.kernel.gb28181_codes import Edition
from jifang.registry.duties import duties_of, unknown_classes
from jifang.registry.law import article_of
from jifang.registry.models import (
    CallList,
    Contact,
    Device,
    FloorPlan,
    Point,
    PrivatePlace,
    Product,
    QualityCertificate,
    SecuritySystem,
    Site,
)
from jifang.registry.models.choices import Status
from jifang.registry.queries import for_actor
from jifang.registry.rights import CONTACT_VIEW, HISTORY_VIEW, STRUCTURE_VIEW
from jifang.web.generic import history
from jifang.web.generic.panels import Attribute, Panel, attributes
from jifang.web.registry.columns import status_tone
from jifang.web.registry.hours import write
from jifang.web.registry.plan_panel import plan_context, site_plan_context

SHOWN = 30
OPTIONAL = frozenset({"retired_on", "remarks", "secrecy_consent_ref", "secrecy_consent_on", "second_phone"})
CHANGES_SHOWN = 4


def link(key: str, path: str) -> Callable[[Any], str]:
    """The address of the page of what ``path`` points at (``"site"``)."""

    def url(row: Any) -> str:
        other = getattr(row, path)
        return reverse(f"registry:{key}-detail", kwargs={"pk": other.pk}) if other else ""

    return url


def parents(row: Any) -> Sequence[tuple[str, str]]:
    """The site above an entry, for the crumbs."""
    return [(row.site.name, reverse("registry:site-detail", kwargs={"pk": row.site_id}))]


def lines(model: type[Model], *names: str, **links: str) -> tuple[Attribute, ...]:
    """Attributes by field name, with their articles; ``links`` maps a field to the resource it opens."""
    found = []
    for name in names:
        field = model._meta.get_field(name)
        article = article_of(model, name)
        found.append(
            Attribute(
                label=field.verbose_name,  # type: ignore[union-attr]
                value=name,
                article=article,
                unknown=gettext_lazy("not known") if article else "",
                url=link(links[name], name) if name in links else None,
                tone=status_tone if name == "status" else None,
                optional=name in OPTIONAL,
            )
        )
    return tuple(found)


def _rules(request: HttpRequest, row: Site) -> Mapping[str, Any]:
    return {"duties": duties_of(row), "unknown": unknown_classes(row)}


def _systems(request: HttpRequest, row: Site) -> Mapping[str, Any]:
    actor = request.actor  # type: ignore[attr-defined]
    systems = list(
        for_actor(SecuritySystem, actor, STRUCTURE_VIEW)
        .filter(site=row)
        .select_related("contractor")
        .order_by("kind", "id")[: SHOWN + 1]
    )
    devices = _counts(for_actor(Device, actor, STRUCTURE_VIEW).filter(site=row))
    points = _counts(for_actor(Point, actor, STRUCTURE_VIEW).filter(site=row))
    return {
        "systems": [
            {"row": system, "devices": devices.get(system.pk, 0), "points": points.get(system.pk, 0)}
            for system in systems[:SHOWN]
        ],
        "more": len(systems) > SHOWN,
        "loose_devices": devices.get(None, 0),
        "loose_points": points.get(None, 0),
        "tone_of": status_tone,
        "site": row,
    }


def _counts(rows: Any) -> dict[int | None, int]:
    return dict(rows.exclude(status=Status.RETIRED).order_by().values_list("system").annotate(n=Count("pk")))


def _contacts(request: HttpRequest, row: Site) -> Mapping[str, Any]:
    actor = request.actor  # type: ignore[attr-defined]
    contacts = for_actor(Contact, actor, CONTACT_VIEW).filter(site=row).order_by("order", "id")[:SHOWN]
    lists = for_actor(CallList, actor, CONTACT_VIEW).filter(site=row).annotate(calls=Count("entries"))
    return {
        "contacts": [{"row": contact, "hours": write(contact.hours)} for contact in contacts],
        "lists": list(lists.order_by("purpose")),
        "site": row,
    }


def _private(request: HttpRequest, row: Site) -> Mapping[str, Any]:
    places = for_actor(PrivatePlace, request.actor, STRUCTURE_VIEW).filter(site=row)  # type: ignore[attr-defined]
    return {"places": list(places.order_by("name")[:SHOWN]), "site": row}


def _papers(request: HttpRequest, row: Site) -> Mapping[str, Any]:
    papers = (
        QualityCertificate.objects.filter(
            devices__in=for_actor(Device, request.actor, STRUCTURE_VIEW).filter(site=row)  # type: ignore[attr-defined]
        )
        .select_related("product")
        .distinct()
        .order_by("valid_until", "id")[:SHOWN]
    )
    return {"papers": list(papers), "site": row}


def _recent(request: HttpRequest, row: Any) -> Mapping[str, Any]:
    changes = history.of_row(type(row), row.pk)[:CHANGES_SHOWN]
    return {
        "entries": [
            {
                "at": change.at,
                "title": change.word,
                "who": change.who,
                "text": change.reason or ", ".join(each.label for each in change.differences[:6]),
                "tone": change.tone,
            }
            for change in changes
        ]
    }


RECENT = Panel(
    "recent",
    gettext_lazy("Latest changes"),
    "web/registry/panels/recent.html",
    _recent,
    "side",
    90,
    HISTORY_VIEW,
)


def _digits(request: HttpRequest, row: Device) -> Mapping[str, Any] | None:
    if not row.gb28181_id:
        return {"parts": [], "doubts": [], "text": ""}
    try:
        number = gb28181_id.parse(row.gb28181_id, Edition(row.gb28181_edition), "gb28181_id")
    except (BadInputError, ValueError) as error:
        text = error.text(_) if isinstance(error, BadInputError) else str(error)
        return {"parts": [], "doubts": [text], "text": row.gb28181_id}
    codes = {number.region_code, number.region_code[:4] + "00"}
    names = dict(Region.objects.filter(code__in=codes).values_list("code", "name"))
    chinese = not (get_language() or "").startswith("en")
    return {
        "text": row.gb28181_id,
        "edition": row.get_gb28181_edition_display(),
        "parts": [
            {
                "positions": part.positions,
                "digits": part.digits,
                "name": part.name[0] if chinese else part.name[1],
                "meaning": part.meaning[0] if chinese else part.meaning[1],
                "known": part.known,
            }
            for part in number.parts(names)
        ],
        "doubts": [doubt.text(_) for doubt in number.doubts(TYPE_CODES.get(row.kind, ()))],
    }


TYPE_CODES: Mapping[str, tuple[str, ...]] = {
    "camera": ("131", "132", "122", "121"),
    "recorder": ("111", "118", "119", "130"),
    "encoder": ("112", "113"),
    "alarm_panel": ("117",),
    "detector": ("134",),
    "sounder": ("135", "140"),
    "microphone": ("136",),
    "barrier": ("141", "123"),
    "turnstile": ("124", "142"),
    "reader": ("143", "134"),
    "screening": ("125",),
}
"""Type digits that suit a kind of device; others are pointed out, not refused."""


def _points(request: HttpRequest, row: Any) -> Mapping[str, Any]:
    actor = request.actor  # type: ignore[attr-defined]
    key = "device" if isinstance(row, Device) else "system"
    points = list(
        for_actor(Point, actor, STRUCTURE_VIEW)
        .filter(**{key: row})
        .order_by("site_id", "kind", "area", "number", "id")[: SHOWN + 1]
    )
    return {"points": points[:SHOWN], "more": len(points) > SHOWN, "key": key, "tone_of": status_tone}


def _hanging(request: HttpRequest, row: Any) -> Mapping[str, Any] | None:
    actor = request.actor  # type: ignore[attr-defined]
    key = "parent" if isinstance(row, Device) else "system"
    devices = list(for_actor(Device, actor, STRUCTURE_VIEW).filter(**{key: row}).order_by("id")[: SHOWN + 1])
    if not devices and key == "parent":
        return None
    return {"devices": devices[:SHOWN], "more": len(devices) > SHOWN, "key": key}


def _device_papers(request: HttpRequest, row: Device) -> Mapping[str, Any]:
    return {"papers": list(row.certificates.select_related("product").order_by("valid_until", "id"))}


def _calls(request: HttpRequest, row: CallList) -> Mapping[str, Any]:
    entries = list(row.entries.select_related("contact").order_by("order"))
    called = {entry.contact_id for entry in entries}
    others = (
        Contact.objects.filter(site_id=row.site_id).exclude(pk__in=called).order_by("order", "id")[:SHOWN]
    )
    return {"entries": entries, "others": list(others)}


def _certificates(request: HttpRequest, row: Product) -> Mapping[str, Any]:
    return {"papers": list(row.certificates.order_by("valid_until", "id")[:SHOWN])}


def _count_panel(request: HttpRequest, row: Any) -> Mapping[str, Any]:
    return {"row": row}


def _hours(row: Contact) -> str:
    return write(row.hours) or _("at any time")


def _position(row: Any) -> str | None:
    return f"{row.lon:.6f}, {row.lat:.6f}" if row.lon is not None else None


POSITION = Attribute(gettext_lazy("Position (WGS-84)"), _position, unknown=gettext_lazy("not known"))
GIVEN = Attribute(
    gettext_lazy("Position as given"),
    lambda row: f"{row.raw_position} ({row.get_raw_datum_display()})" if row.raw_position else None,
    optional=True,
)


def _panel(key: str, title: Any, template: str, context: Any, *rest: Any, **more: Any) -> Panel:
    return Panel(key, title, f"web/registry/panels/{template}.html", context, *rest, **more)


SITE = (
    attributes(
        "what",
        gettext_lazy("What it is"),
        (
            *lines(Site, "code", "organisation", organisation="organisation"),
            *lines(Site, "region", region="region"),
            *lines(Site, "address", "alarm_service", "in_use_on", "retired_on"),
            POSITION,
            GIVEN,
            *lines(Site, "remarks"),
        ),
        order=10,
    ),
    _panel("rules", gettext_lazy("What binds it"), "rules", _rules, "main", 20),
    _panel("plan", gettext_lazy("Plan"), "plan", site_plan_context, "main", 30, flush=True),
    _panel("systems", gettext_lazy("Systems"), "systems", _systems, "main", 40, flush=True),
    _panel("papers", gettext_lazy("Papers"), "papers", _papers, "main", 60, flush=True),
    attributes(
        "classes",
        gettext_lazy("Classes"),
        lines(
            Site,
            "order799_class", "gd9_item", "sjz6_item", "key_unit_class", "counter_terror_target",
            "risk_level", "secrecy_neighbour", "secrecy_consent_ref", "secrecy_consent_on",
            "responsible_party", "responsible_basis",
        ),
        place="side",
        order=20,
    ),
    _panel("people", gettext_lazy("People"), "people", _contacts, "side", 30, CONTACT_VIEW, flush=True),
    _panel("private", gettext_lazy("Private places"), "private", _private, "side", 40, flush=True),
    RECENT,
)  # fmt: skip

SYSTEM = (
    attributes(
        "what",
        gettext_lazy("What it is"),
        (
            *lines(SecuritySystem, "kind", "site", "parent", site="site", parent="system"),
            *lines(SecuritySystem, "built_by", "public_area", "contractor", "maintainer"),
            *lines(SecuritySystem, "project_class", "remarks"),
        ),
        order=10,
    ),
    attributes(
        "law",
        gettext_lazy("What the law asks"),
        lines(
            SecuritySystem,
            "in_use_on", "accepted_on", "storage_days", "networked_with_police", "standby_hours",
            "retired_on",
        ),
        order=20,
    ),
    _panel("devices", gettext_lazy("Devices"), "devices", _hanging, "main", 30, flush=True),
    _panel("points", gettext_lazy("Points"), "points", _points, "main", 40, flush=True),
    RECENT,
)  # fmt: skip

DEVICE = (
    attributes(
        "what",
        gettext_lazy("What it is"),
        (
            *lines(Device, "kind", "site", "system", "parent", site="site", system="system", parent="device"),
            *lines(Device, "product", product="product"),
            *lines(Device, "vendor", "model", "serial", "firmware", "in_use_on", "retired_on", "remarks"),
        ),
        order=10,
    ),
    _panel("digits", gettext_lazy("GB/T 28181 ID, digit by digit"), "digits", _digits, "main", 20),
    _panel("points", gettext_lazy("Points"), "points", _points, "main", 30, flush=True),
    _panel("devices", gettext_lazy("What hangs on it"), "devices", _hanging, "main", 40, flush=True),
    _panel("plan", gettext_lazy("Plan"), "plan", plan_context, "main", 50, flush=True),
    attributes(
        "takes-in",
        gettext_lazy("What it takes in"),
        (
            *lines(
                Device,
                "heading_deg",
                "view_angle_deg",
                "range_m",
                "height_m",
                "audio_capable",
                "sign_present",
            ),
            POSITION,
            GIVEN,
        ),
        place="side",
        order=10,
    ),
    _panel("papers", gettext_lazy("Papers"), "papers", _device_papers, "side", 20, flush=True),
    RECENT,
)

POINT = (
    attributes(
        "what",
        gettext_lazy("What it is"),
        (
            *lines(Point, "kind", "number", "area", "principle", "always_armed"),
            *lines(Point, "site", "device", "system", site="site", device="device", system="system"),
            *lines(Point, "in_use_on", "retired_on"),
            POSITION,
            GIVEN,
            *lines(Point, "remarks"),
        ),
        order=10,
    ),
    _panel("plan", gettext_lazy("Plan"), "plan", plan_context, "main", 20, flush=True),
    RECENT,
)

CONTACT = (
    attributes(
        "what",
        gettext_lazy("Who"),
        (
            *lines(Contact, "site", "role", "phone", "second_phone", "order", "holds_keys", site="site"),
            Attribute(gettext_lazy("Hours"), _hours),
            *lines(Contact, "valid_from", "valid_until"),
            Attribute(
                gettext_lazy("Pass-phrase"),
                lambda row: (
                    _("set; shown only on duty, and every look is recorded") if row.pass_phrase else None
                ),
                unknown=gettext_lazy("none"),
            ),
            *lines(Contact, "remarks"),
        ),
    ),
    RECENT,
)
CALL_LIST = (
    attributes(
        "what", gettext_lazy("What it is"), lines(CallList, "site", "purpose", "instructions", site="site")
    ),
    _panel("calls", gettext_lazy("Calls, in order"), "calls", _calls, "main", 20, flush=True),
    RECENT,
)
PLAN = (
    _panel("plan", gettext_lazy("Plan"), "plan", plan_context, "main", 10, flush=True),
    attributes(
        "what",
        gettext_lazy("What it is"),
        lines(FloorPlan, "site", "level", "width", "height", "metres_per_pixel", "sha256", site="site"),
        place="side",
    ),
    RECENT,
)
PRIVATE_PLACE = (
    attributes(
        "what",
        gettext_lazy("What it is"),
        lines(PrivatePlace, "site", "kind", "floor_plan", "last_checked_on", site="site", floor_plan="plan"),
    ),
    RECENT,
)
PRODUCT = (
    attributes(
        "what",
        gettext_lazy("What it is"),
        lines(Product, "vendor", "model", "name", "kind", "catalogue_number", "remarks"),
    ),
    _panel("papers", gettext_lazy("Papers"), "papers", _certificates, "main", 20, flush=True),
    RECENT,
)
CERTIFICATE = (
    attributes(
        "what",
        gettext_lazy("What it is"),
        lines(
            QualityCertificate,
            "product", "kind", "number", "issuer", "issued_on", "valid_until", "withdrawn_on",
            product="product",
        ),
    ),
    RECENT,
)  # fmt: skip
ORGANISATION = (
    attributes(
        "what",
        gettext_lazy("What it is"),
        (
            Attribute(gettext_lazy("Kind"), "kind"),
            Attribute(gettext_lazy("Unified social credit code"), "uscc"),
            Attribute(gettext_lazy("Region"), "region.name", url=link("region", "region")),
            Attribute(gettext_lazy("Part of"), "parent.name", url=link("organisation", "parent")),
            Attribute(gettext_lazy("Address"), "address"),
            Attribute(gettext_lazy("Telephone"), "phone"),
        ),
    ),
    _panel("sites", gettext_lazy("Sites"), "organisation_sites", _count_panel, "main", 20),
)
REGION = (
    attributes(
        "what",
        gettext_lazy("What it is"),
        (
            Attribute(gettext_lazy("Code"), "code"),
            Attribute(gettext_lazy("Level"), "level"),
            Attribute(gettext_lazy("Part of"), "parent.name", url=link("region", "parent")),
        ),
    ),
    _panel("sites", gettext_lazy("Sites"), "region_sites", _count_panel, "main", 20),
)
