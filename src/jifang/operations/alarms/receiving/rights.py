"""The rights of receiving and who holds them.

Alarm services enrol panels and see why one is refused; the system administrator looks after listeners and
their keys; who handles alarms sees the state of a panel's paths. A refusal shows bytes of panels, so it is
for those who support panels, not for everybody.
"""

from jifang.identity.roles import AUTHORITY, ON_DUTY, Role, register

ACCOUNT_VIEW = "alarms.account.view"
ACCOUNT_EDIT = "alarms.account.edit"
LISTENER_VIEW = "alarms.listener.view"
LISTENER_EDIT = "alarms.listener.edit"
REFUSAL_VIEW = "alarms.refusal.view"

_CENTRE = frozenset({Role.SERVICE_OPERATOR, Role.DUTY_SUPERVISOR})

register(ACCOUNT_VIEW, ON_DUTY | AUTHORITY | {Role.UNIT_MANAGER, Role.CONTRACTOR})
register(ACCOUNT_EDIT, _CENTRE)
register(LISTENER_VIEW, _CENTRE | {Role.SYSTEM_ADMINISTRATOR})
register(LISTENER_EDIT, {Role.SYSTEM_ADMINISTRATOR})
register(REFUSAL_VIEW, _CENTRE | {Role.DUTY_OPERATOR, Role.SYSTEM_ADMINISTRATOR})
