"""Who may see how the platform is: those who run it, and those whose work stops when it does."""

from jifang.identity.roles import AUTHORITY, ON_DUTY, Role, register

STATUS_VIEW = "platform.status.view"

register(STATUS_VIEW, ON_DUTY | AUTHORITY | {Role.SYSTEM_ADMINISTRATOR})
