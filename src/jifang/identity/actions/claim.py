"""First run: the first authority, its region and its administrator."""

from datetime import datetime

from django.db import connection

from jifang.identity import ledger
from jifang.identity.access import SYSTEM
from jifang.identity.actions import accounts, grants, places
from jifang.identity.audit import acting
from jifang.identity.models import Account, Organisation
from jifang.identity.roles import Role
from jifang.kernel import regions as region_codes
from jifang.kernel.errors import BadInputError, gettext_noop
from jifang.wire.locks import AdvisoryLock


def claim(
    *,
    region_code: str,
    region_name: str,
    authority_name: str,
    username: str,
    name: str,
    password: str,
    at: datetime,
) -> Account:
    """Create the root region, the first authority and its administrator, if nobody did so before.

    Whether the caller may was decided by the set-up token. Raises ``BadInputError`` when somebody was
    quicker.
    """
    region_codes.validate(region_code, "region_code")
    with acting(by=SYSTEM, at=at, reason="first run"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [AdvisoryLock.FIRST_RUN])
        if Account.objects.exists():
            raise BadInputError(
                "username",
                username,
                gettext_noop("This installation has an administrator already."),
                gettext_noop("Sign in, or ask the administrator for an account."),
            )
        region = places.create_region(code=region_code, name=region_name, parent=None, by=SYSTEM, at=at)
        authority = places.create_organisation(
            kind=Organisation.Kind.AUTHORITY, name=authority_name, region=region, by=SYSTEM, at=at
        )
        account = accounts.create(
            username=username, name=name, organisation=authority, password=password, by=SYSTEM, at=at
        )
        grants.give(
            account,
            role=Role.SYSTEM_ADMINISTRATOR,
            region=region,
            reason="first run",
            by=SYSTEM,
            at=at,
        )
        ledger.append(
            "identity.installation.claimed", {"account": account.pk, "region": region.code}, by=SYSTEM, at=at
        )
    return account
