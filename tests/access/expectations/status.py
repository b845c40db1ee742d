"""The status page, and the certificate of a local CA (none in the tests, so nobody finds one)."""

from jifang.identity.roles import AUTHORITY, ON_DUTY, Role
from tests.access.expect import PUBLIC, Route

ROUTES = {
    "status:page": Route(ON_DUTY | AUTHORITY | {Role.SYSTEM_ADMINISTRATOR}),
    "status:local_ca": Route(PUBLIC, ok=frozenset({404})),
}
