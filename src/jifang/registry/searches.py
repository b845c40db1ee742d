"""How each table of the registry is searched. ``words`` are the columns of migration 0002."""

from django.db.models import Model

from jifang.identity.models import Organisation, Region
from jifang.registry.models import (
    Contact,
    Device,
    Point,
    Product,
    QualityCertificate,
    SecuritySystem,
    Site,
)
from jifang.registry.search import Search

SEARCHES: dict[type[Model], Search] = {
    Site: Search(
        words=(("name", 100), ("name_en", 80), ("address", 40), ("name_initials", 60)),
        codes=("code",),
        order=10,
    ),
    Contact: Search(words=(("name", 70),), digits=("phone",), order=20),
    SecuritySystem: Search(words=(("name", 60),), order=30),
    Device: Search(
        words=(("name", 60), ("vendor", 20), ("model", 30)),
        codes=("serial",),
        digits=("gb28181_id",),
        order=40,
    ),
    Point: Search(words=(("name", 50),), order=50),
    Organisation: Search(words=(("name", 80), ("name_en", 60)), codes=("uscc",), order=60),
    Product: Search(
        words=(("vendor", 40), ("model", 60), ("name", 50)), codes=("catalogue_number",), order=70
    ),
    QualityCertificate: Search(words=(), codes=("number",), order=80),
    Region: Search(words=(), codes=("code",), order=90),
}
