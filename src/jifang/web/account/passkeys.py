"""Whether passkeys work where this page was opened."""

import ipaddress

from django.http import HttpRequest
from django.utils.translation import gettext as _


def why_not(request: HttpRequest) -> str:
    """Return why passkeys cannot work at this address, or an empty string when they can."""
    host = request.get_host()
    name = host[: host.index("]") + 1] if host.startswith("[") else host.partition(":")[0]
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        pass
    else:
        return _(
            "Passkeys belong to a name, and this page was opened under the bare address %(address)s. "
            "Open it under its host name."
        ) % {"address": name}
    if not request.is_secure() and name != "localhost":
        return _("Passkeys need an encrypted connection. Open this page with https://.")
    return ""
