"""What may be done in the registry, and by which role.

The system administrator keeps the structure and decides nothing: the classes that the law attaches to a
site (``SITE_CLASSIFY``) are decided by the authority. A unit keeps its own points, plans, private places and
people; a contractor the systems it built or maintains; on duty one reads what an alarm needs; the auditor
reads who did what, and nothing else.
"""

from django.db import models

from jifang.identity.roles import AUTHORITY, ON_DUTY, Role, register
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

STRUCTURE_VIEW = "registry.structure.view"
SITE_CHANGE = "registry.site.change"
SITE_CLASSIFY = "registry.site.classify"
SYSTEM_CHANGE = "registry.system.change"
DEVICE_CHANGE = "registry.device.change"
POINT_CHANGE = "registry.point.change"
PLAN_CHANGE = "registry.plan.change"
PRODUCT_VIEW = "registry.product.view"
PRODUCT_CHANGE = "registry.product.change"
CONTACT_VIEW = "registry.contact.view"
CONTACT_CHANGE = "registry.contact.change"
PASS_PHRASE_VIEW = "registry.pass_phrase.view"  # noqa: S105  (the name of a right)
HISTORY_VIEW = "registry.history.view"
EXPORT = "registry.export"

_KEEPERS = AUTHORITY | {Role.SYSTEM_ADMINISTRATOR}
_READERS = _KEEPERS | ON_DUTY | {Role.UNIT_MANAGER, Role.CONTRACTOR}

ROLES: dict[str, frozenset[Role]] = {
    STRUCTURE_VIEW: _READERS,
    SITE_CHANGE: _KEEPERS,
    SITE_CLASSIFY: AUTHORITY,
    SYSTEM_CHANGE: _KEEPERS | {Role.CONTRACTOR},
    DEVICE_CHANGE: _KEEPERS | {Role.CONTRACTOR},
    POINT_CHANGE: _KEEPERS | {Role.CONTRACTOR, Role.UNIT_MANAGER},
    PLAN_CHANGE: _KEEPERS | {Role.UNIT_MANAGER},
    PRODUCT_VIEW: _READERS,
    PRODUCT_CHANGE: _KEEPERS,
    CONTACT_VIEW: AUTHORITY | ON_DUTY | {Role.UNIT_MANAGER},
    CONTACT_CHANGE: AUTHORITY | {Role.UNIT_MANAGER},
    PASS_PHRASE_VIEW: ON_DUTY,
    HISTORY_VIEW: _KEEPERS | {Role.UNIT_MANAGER, Role.AUDITOR},
    EXPORT: _KEEPERS | {Role.UNIT_MANAGER, Role.DUTY_SUPERVISOR},
}

VIEW_RIGHT: dict[type[models.Model], str] = {
    Site: STRUCTURE_VIEW,
    SecuritySystem: STRUCTURE_VIEW,
    Device: STRUCTURE_VIEW,
    Point: STRUCTURE_VIEW,
    FloorPlan: STRUCTURE_VIEW,
    PrivatePlace: STRUCTURE_VIEW,
    Product: PRODUCT_VIEW,
    QualityCertificate: PRODUCT_VIEW,
    Contact: CONTACT_VIEW,
    CallList: CONTACT_VIEW,
}
"""The right that lets rows of a table be read."""

CHANGE_RIGHT: dict[type[models.Model], str] = {
    Site: SITE_CHANGE,
    SecuritySystem: SYSTEM_CHANGE,
    Device: DEVICE_CHANGE,
    Point: POINT_CHANGE,
    FloorPlan: PLAN_CHANGE,
    PrivatePlace: PLAN_CHANGE,
    Product: PRODUCT_CHANGE,
    QualityCertificate: PRODUCT_CHANGE,
    Contact: CONTACT_CHANGE,
    CallList: CONTACT_CHANGE,
}
"""The right that lets rows of a table be written."""


def register_all() -> None:
    """Declare every right of this room."""
    for right, roles in ROLES.items():
        register(right, roles)
