"""How an area writes down who gets in where; ``tests/access/test_walk.py`` holds the product against it.

An area's module ``tests/access/expectations/<area>.py`` has

- ``ROUTES: dict[str, Route]``: every page, keyed by its url name with namespace (``people:account``);
- ``OPERATIONS: dict[str, Route]``: every operation of the API, keyed ``"GET /api/v1/regions"``;
- ``build(scene)``, optional: makes objects at home and keeps them in ``scene.made["key"]`` for ``kwargs``.

For each entry the walk asks as nobody, as each role at home, as each role of another city, as a closed
account and as an administrator who has not passed the second factor; for operations also with tokens too
narrow, ended and revoked.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from jifang.identity.models import Account
from jifang.identity.roles import Role
from tests.fixtures import World

PUBLIC = "public"
SIGNED_IN = "signed_in"
EVERY_ROLE = frozenset(Role)


@dataclass
class Scene:
    """Both cities, the people in them, and what the areas made at home."""

    world: World
    far_world: World
    people: Mapping[Role, Account]
    far_people: Mapping[Role, Account]
    made: dict[str, Any] = field(default_factory=dict)


def _nothing(scene: Scene) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Route:
    """Who gets an answer (``PUBLIC``, ``SIGNED_IN`` or the roles), and what the answer is.

    ``kwargs`` and ``data`` are made from the scene; ``ok`` are the statuses that count as an answer. ``own``:
    the address names an object of the home city, so the same roles of another city must get 404.
    ``roles_at_home`` narrows who of the allowed roles reaches that object, where not every grant covers it.
    """

    who: str | frozenset[Role]
    kwargs: Callable[[Scene], dict[str, Any]] = _nothing
    method: str = "GET"
    data: Callable[[Scene], dict[str, Any]] = _nothing
    query: str = ""
    ok: frozenset[int] = frozenset({200, 204, 302})
    own: bool = False
    roles_at_home: frozenset[Role] | None = None

    def allows(self, role: Role, *, home: bool) -> bool:
        """Whether somebody of this role gets an answer."""
        if self.who == PUBLIC:
            return True
        if self.own and not home:
            return False
        if self.own and self.roles_at_home is not None:
            return role in self.roles_at_home
        return self.who == SIGNED_IN or role in self.who


def roles(*names: Role) -> frozenset[Role]:
    """A set of roles, for the tables."""
    return frozenset(names)
