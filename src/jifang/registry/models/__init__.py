"""Tables of the registry, one file per noun."""

from jifang.registry.models.contact import CallList, CallListEntry, Contact
from jifang.registry.models.device import Device, Gb28181Edition
from jifang.registry.models.plan import FloorPlan, FloorPlanPicture
from jifang.registry.models.point import Point
from jifang.registry.models.product import Product, QualityCertificate
from jifang.registry.models.site import PrivatePlace, Site
from jifang.registry.models.system import SecuritySystem
from jifang.registry.models.system_kinds import SystemKind

__all__ = [
    "CallList",
    "CallListEntry",
    "Contact",
    "Device",
    "FloorPlan",
    "FloorPlanPicture",
    "Gb28181Edition",
    "Point",
    "PrivatePlace",
    "Product",
    "QualityCertificate",
    "SecuritySystem",
    "Site",
    "SystemKind",
]
