"""Roles, and the table of what each role may do.

A right is a dotted string, ``room.object.act`` (``registry.site.view``). Rooms above declare their own
rights in ``rights.py`` and register them from ``apps.ready`` with :func:`register`; this room knows only
the table. A right nobody registered does not exist: asking for it is an error, not a refusal.
"""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """Who a person is to the system. A grant binds a role to a region or organisation subtree."""

    SYSTEM_ADMINISTRATOR = "system_administrator", _("System administrator")
    AUTHORITY_OFFICER = "authority_officer", _("Authority officer")
    AUTHORITY_REVIEWER = "authority_reviewer", _("Authority reviewer")
    AUTHORITY_HEAD = "authority_head", _("Authority head")
    UNIT_MANAGER = "unit_manager", _("Unit manager")
    DUTY_OPERATOR = "duty_operator", _("Duty operator")
    DUTY_SUPERVISOR = "duty_supervisor", _("Duty supervisor")
    CONTRACTOR = "contractor", _("Contractor")
    SERVICE_OPERATOR = "service_operator", _("Service operator of an alarm centre")
    AUDITOR = "auditor", _("Auditor")


AUTHORITY = frozenset({Role.AUTHORITY_OFFICER, Role.AUTHORITY_REVIEWER, Role.AUTHORITY_HEAD})
ON_DUTY = frozenset({Role.DUTY_OPERATOR, Role.DUTY_SUPERVISOR, Role.SERVICE_OPERATOR})
SECOND_FACTOR_ROLES = AUTHORITY | {Role.SYSTEM_ADMINISTRATOR, Role.AUDITOR}

#: Roles that stand alone: who configures the system decides nothing in it, who audits does nothing else.
EXCLUSIVE = frozenset({Role.SYSTEM_ADMINISTRATOR, Role.AUDITOR})
#: What each role may grant, within its own subtree and never to itself.
GRANTABLE: dict[Role, frozenset[Role]] = {
    Role.SYSTEM_ADMINISTRATOR: frozenset(Role),
    Role.UNIT_MANAGER: frozenset({Role.UNIT_MANAGER, Role.DUTY_OPERATOR, Role.CONTRACTOR}),
}

_rights: dict[str, frozenset[Role]] = {}


class UnknownRightError(LookupError):
    """A right that no room registered was asked for: a mistake in the code, never a refusal."""


def register(right: str, roles: Iterable[Role]) -> None:
    """Declare ``right`` and the roles that hold it. Declaring the same right differently is an error."""
    wanted = frozenset(roles)
    if _rights.setdefault(right, wanted) != wanted:
        msg = f"right {right!r} is registered twice with different roles"
        raise ValueError(msg)


def roles_with(right: str) -> frozenset[Role]:
    """Return the roles that hold ``right``; raises :class:`UnknownRightError` when nobody declared it."""
    try:
        return _rights[right]
    except KeyError:
        msg = f"no room registered the right {right!r}"
        raise UnknownRightError(msg) from None


def may_stand_beside(one: Role, other: Role) -> bool:
    """Whether one account may hold both roles at the same moment (also held by a trigger in the database)."""
    return one == other or not ({one, other} & EXCLUSIVE)


def all_rights() -> dict[str, frozenset[Role]]:
    """Return a copy of the whole table, for the page of grants and for tests that walk it."""
    return dict(_rights)
