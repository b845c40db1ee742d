"""Rights of the identity room, and which roles hold them."""

from jifang.identity.roles import Role, register

REGION_VIEW = "identity.region.view"
REGION_MANAGE = "identity.region.manage"
ORGANISATION_VIEW = "identity.organisation.view"
ORGANISATION_MANAGE = "identity.organisation.manage"
ACCOUNT_VIEW = "identity.account.view"
ACCOUNT_MANAGE = "identity.account.manage"
GRANT_MANAGE = "identity.grant.manage"
SEAL_MANAGE = "identity.seal.manage"
AUDIT_VIEW = "identity.audit.view"
LEDGER_VIEW = "identity.ledger.view"


def register_all() -> None:
    """Declare the rights of this room.

    The administrator configures people and places and decides nothing; a unit's manager looks after the
    people of his own unit; the auditor reads who did what, everywhere he is granted, and nothing else.
    """
    everybody_at_work = frozenset(Role) - {Role.AUDITOR}
    register(REGION_VIEW, everybody_at_work)
    register(REGION_MANAGE, {Role.SYSTEM_ADMINISTRATOR})
    register(ORGANISATION_VIEW, everybody_at_work)
    register(ORGANISATION_MANAGE, {Role.SYSTEM_ADMINISTRATOR, Role.AUTHORITY_OFFICER})
    register(ACCOUNT_VIEW, {Role.SYSTEM_ADMINISTRATOR, Role.UNIT_MANAGER, Role.AUDITOR})
    register(ACCOUNT_MANAGE, {Role.SYSTEM_ADMINISTRATOR, Role.UNIT_MANAGER})
    register(GRANT_MANAGE, {Role.SYSTEM_ADMINISTRATOR, Role.UNIT_MANAGER})
    register(SEAL_MANAGE, {Role.SYSTEM_ADMINISTRATOR})
    register(AUDIT_VIEW, {Role.AUDITOR})
    register(LEDGER_VIEW, {Role.AUDITOR})
