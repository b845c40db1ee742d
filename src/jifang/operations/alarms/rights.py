"""The rights of the alarm room and who holds them."""

from jifang.identity.roles import AUTHORITY, ON_DUTY, Role, register

# What handling asks.
ACTIVATION_VIEW = "alarms.activation.view"
ACTIVATION_HANDLE = "alarms.activation.handle"
ACTIVATION_TAKE_OVER = "alarms.activation.take_over"
PASS_PHRASE_LOOK = "alarms.pass_phrase.look"  # noqa: S105  (the name of a right)
CONSOLE_SUPERVISE = "alarms.console.supervise"
SIGNAL_VIEW = "alarms.signal.view"
SIGNAL_EXPORT = "alarms.signal.export"

register(ACTIVATION_VIEW, ON_DUTY | AUTHORITY | {Role.UNIT_MANAGER})
register(ACTIVATION_HANDLE, ON_DUTY)
register(ACTIVATION_TAKE_OVER, {Role.DUTY_SUPERVISOR})
register(PASS_PHRASE_LOOK, ON_DUTY)
register(CONSOLE_SUPERVISE, {Role.DUTY_SUPERVISOR})
register(SIGNAL_VIEW, ON_DUTY | AUTHORITY | {Role.UNIT_MANAGER})
register(SIGNAL_EXPORT, {Role.DUTY_SUPERVISOR, Role.UNIT_MANAGER} | AUTHORITY)
