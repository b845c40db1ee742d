"""The declarations of the registry's tables: everything their pages know."""

from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from jifang.identity import queries as identity_queries
from jifang.identity.access import Actor
from jifang.identity.models import Organisation, Region
from jifang.identity.rights import ORGANISATION_VIEW, REGION_VIEW
from jifang.registry import filters, queries
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
from jifang.registry.rights import HISTORY_VIEW, VIEW_RIGHT
from jifang.registry.searches import SEARCHES
from jifang.web.generic.resource import Fieldset, Resource, register
from jifang.web.registry import columns, forms, panels
from jifang.web.registry.places import ORGANISATION_CHANGE, REGION_CHANGE
from jifang.web.registry.saving import change_of, save_phrase, save_picture

POSITION = Fieldset(
    _("Position"),
    ("raw_position", "raw_datum", "lon", "lat"),
    _("Give what your map or survey says, and its system; it is kept in WGS-84, what you gave beside it."),
)
ON_PLAN = Fieldset(
    _("On the plan"), ("floor_plan", "plan_x", "plan_y"), _("Fractions from 0 to 1, from the upper left.")
)


def _declare(model: type[Any], key: str, **declared: Any) -> Resource:
    return register(
        Resource(
            key=key,
            namespace="registry",
            model=model,
            rows=partial(queries.for_actor, model),
            view_right=VIEW_RIGHT[model],
            search=SEARCHES.get(model),
            history_right=HISTORY_VIEW,
            may_export=queries.may_export,
            exporting=queries.exporting,
            **declared,
        )
    )


SITE = _declare(
    Site,
    "site",
    columns=columns.SITE,
    order=("name_key", "id"),
    filters=filters.SiteFilter,
    bar=("status", "order799_class", "gd9_item"),
    related=("organisation", "region", "alarm_service", "responsible_party"),
    region="region",
    icon="mark",
    badge=columns.status_badge,
    empty=_("A site is the place that is protected. Everything else in the registry hangs on one."),
    change=change_of(
        Site,
        forms.SiteForm,
        (
            Fieldset(
                _("What it is"),
                (
                    "code", "name", "name_en", "organisation", "region", "address", "alarm_service",
                    "in_use_on", "time_zone",
                ),
            ),
            Fieldset(
                _("What the law makes of it"),
                (
                    "order799_class", "gd9_item", "sjz6_item", "key_unit_class", "counter_terror_target",
                    "risk_level", "secrecy_neighbour", "secrecy_consent_ref", "secrecy_consent_on",
                    "responsible_party", "responsible_basis",
                ),
                _("Empty means: nobody has decided yet; rules answer “unknown”. The authority decides."),
            ),
            POSITION,
            Fieldset(_("Remarks"), ("remarks",)),
        ),
        bulk=(
            "alarm_service", "region", "order799_class", "gd9_item", "sjz6_item", "key_unit_class",
            "counter_terror_target", "risk_level",
        ),
    ),
    panels=panels.SITE,
)  # fmt: skip

SYSTEM = _declare(
    SecuritySystem,
    "system",
    columns=columns.SYSTEM,
    order=("site_id", "id"),
    filters=filters.SystemFilter,
    bar=("kind", "status"),
    related=("site__region", "contractor", "maintainer"),
    region="site__region",
    icon="layers",
    badge=columns.status_badge,
    parents=panels.parents,
    change=change_of(
        SecuritySystem,
        forms.SystemForm,
        (
            Fieldset(_("What it is"), ("site", "kind", "name", "parent")),
            Fieldset(
                _("Who built it, who looks after it"),
                ("built_by", "public_area", "contractor", "maintainer", "project_class"),
            ),
            Fieldset(
                _("What the law asks"),
                ("in_use_on", "accepted_on", "storage_days", "networked_with_police", "standby_hours"),
            ),
            Fieldset(_("Remarks"), ("remarks",)),
        ),
        bulk=("contractor", "maintainer", "built_by", "public_area", "storage_days", "networked_with_police"),
    ),
    panels=panels.SYSTEM,
)

DEVICE = _declare(
    Device,
    "device",
    columns=columns.DEVICE,
    order=("site_id", "id"),
    filters=filters.DeviceFilter,
    bar=("kind", "status"),
    related=("site", "system"),
    detail_related=("site", "system", "parent", "product", "floor_plan"),
    region="site__region",
    icon="device",
    badge=columns.status_badge,
    parents=panels.parents,
    change=change_of(
        Device,
        forms.DeviceForm,
        (
            Fieldset(_("What it is"), ("site", "system", "parent", "kind", "name", "in_use_on")),
            Fieldset(_("GB/T 28181"), ("gb28181_id", "gb28181_edition")),
            Fieldset(_("Equipment"), ("product", "vendor", "model", "serial", "firmware", "certificates")),
            Fieldset(
                _("What it takes in"),
                ("heading_deg", "view_angle_deg", "range_m", "height_m", "audio_capable", "sign_present"),
            ),
            POSITION,
            ON_PLAN,
            Fieldset(_("Remarks"), ("remarks",)),
        ),
        bulk=("product", "vendor", "model", "firmware", "audio_capable", "sign_present", "in_use_on"),
    ),
    panels=panels.DEVICE,
)

POINT = _declare(
    Point,
    "point",
    columns=columns.POINT,
    order=("site_id", "kind", "area", "number", "id"),
    filters=filters.PointFilter,
    bar=("kind", "status", "principle"),
    related=("site", "device", "system"),
    detail_related=("site", "device", "system", "floor_plan"),
    region="site__region",
    icon="zone",
    badge=columns.status_badge,
    parents=panels.parents,
    change=change_of(
        Point,
        forms.PointForm,
        (
            Fieldset(_("What it is"), ("site", "system", "device", "kind", "number", "area", "name")),
            Fieldset(_("How it detects"), ("principle", "always_armed", "in_use_on")),
            POSITION,
            ON_PLAN,
            Fieldset(_("Remarks"), ("remarks",)),
        ),
        bulk=("principle", "always_armed", "area", "in_use_on"),
    ),
    panels=panels.POINT,
)

CONTACT = _declare(
    Contact,
    "contact",
    columns=columns.CONTACT,
    order=("site_id", "order", "id"),
    filters=filters.ContactFilter,
    bar=("role",),
    related=("site",),
    region="site__region",
    icon="phone",
    parents=panels.parents,
    change=change_of(
        Contact,
        forms.ContactForm,
        (
            Fieldset(_("Who"), ("site", "name", "role", "holds_keys")),
            Fieldset(
                _("How to reach"), ("phone", "second_phone", "order", "hours", "valid_from", "valid_until")
            ),
            Fieldset(_("How to know the voice"), ("new_pass_phrase",)),
            Fieldset(_("Remarks"), ("remarks",)),
        ),
        bulk=("hours", "valid_until"),
        lived=False,
        after_save=save_phrase,
    ),
    panels=panels.CONTACT,
)

CALL_LIST = _declare(
    CallList,
    "call-list",
    columns=columns.CALL_LIST,
    order=("site_id", "purpose"),
    related=("site",),
    region="site__region",
    icon="phone",
    parents=panels.parents,
    change=change_of(
        CallList,
        forms.CallListForm,
        (Fieldset(_("What it is"), ("site", "purpose", "instructions")),),
        lived=False,
        importable=False,
    ),
    panels=panels.CALL_LIST,
)

PLAN = _declare(
    FloorPlan,
    "plan",
    columns=columns.PLAN,
    order=("site_id", "level", "id"),
    filters=filters.PlanFilter,
    bar=("site",),
    related=("site",),
    region="site__region",
    icon="map",
    parents=panels.parents,
    change=change_of(
        FloorPlan,
        forms.PlanForm,
        (Fieldset(_("What it is"), ("site", "name", "level", "metres_per_pixel", "picture")),),
        lived=False,
        importable=False,
        after_save=save_picture,
    ),
    panels=panels.PLAN,
)

PRIVATE_PLACE = _declare(
    PrivatePlace,
    "private-place",
    columns=columns.PRIVATE_PLACE,
    order=("site_id", "id"),
    filters=filters.PrivatePlaceFilter,
    bar=("kind",),
    related=("site__region",),
    region="site__region",
    icon="lock",
    parents=panels.parents,
    lead=_("Places where cameras and microphones are banned (Order 799 art. 8, Guangdong art. 10)."),
    change=change_of(
        PrivatePlace,
        forms.PrivatePlaceForm,
        (Fieldset(_("What it is"), ("site", "kind", "name", "floor_plan", "last_checked_on")),),
        bulk=("last_checked_on",),
        lived=False,
    ),
    panels=panels.PRIVATE_PLACE,
)

PRODUCT = _declare(
    Product,
    "product",
    columns=columns.PRODUCT,
    order=("vendor", "model", "id"),
    filters=filters.ProductFilter,
    bar=("kind",),
    icon="layers",
    change=change_of(
        Product,
        forms.ProductForm,
        (Fieldset(_("What it is"), ("vendor", "model", "name", "kind", "catalogue_number", "remarks")),),
        bulk=("kind",),
        lived=False,
    ),
    panels=panels.PRODUCT,
)

CERTIFICATE = _declare(
    QualityCertificate,
    "certificate",
    columns=columns.CERTIFICATE,
    order=("valid_until", "id"),
    filters=filters.CertificateFilter,
    bar=("kind", "ends_before"),
    related=("product",),
    icon="evidence",
    change=change_of(
        QualityCertificate,
        forms.CertificateForm,
        (
            Fieldset(
                _("What it is"),
                ("product", "kind", "number", "issuer", "issued_on", "valid_until", "withdrawn_on"),
            ),
        ),
        lived=False,
    ),
    panels=panels.CERTIFICATE,
)


def _organisations(actor: Actor, right: str) -> Any:
    return queries.organisations_for(actor, right)


def _regions(actor: Actor, right: str) -> Any:
    return identity_queries.regions(actor, right)


ORGANISATION = register(
    Resource(
        key="organisation",
        namespace="registry",
        model=Organisation,
        rows=_organisations,
        view_right=ORGANISATION_VIEW,
        search=SEARCHES[Organisation],
        columns=columns.ORGANISATION,
        order=("name", "id"),
        filters=filters.OrganisationFilter,
        bar=("kind",),
        related=("region", "parent"),
        region="region",
        icon="organisation",
        may_export=queries.may_export,
        exporting=queries.exporting,
        change=ORGANISATION_CHANGE,
        panels=panels.ORGANISATION,
    )
)

REGION = register(
    Resource(
        key="region",
        namespace="registry",
        model=Region,
        rows=_regions,
        view_right=REGION_VIEW,
        search=SEARCHES[Region],
        columns=columns.REGION,
        order=("code",),
        filters=filters.AreaFilter,
        bar=("level",),
        related=("parent",),
        icon="map",
        change=REGION_CHANGE,
        panels=panels.REGION,
    )
)

RESOURCES = (
    SITE, SYSTEM, DEVICE, POINT, CONTACT, CALL_LIST, PLAN, PRIVATE_PLACE, PRODUCT, CERTIFICATE,
    ORGANISATION, REGION,
)  # fmt: skip
