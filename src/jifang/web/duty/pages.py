"""What the duty room offers the frame, the site's page and the map."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifang.identity.access import Actor
from jifang.operations.alarms import queries
from jifang.operations.alarms.rights import ACTIVATION_HANDLE, ACTIVATION_VIEW, CONSOLE_SUPERVISE
from jifang.web import navigation
from jifang.web.duty import presenting
from jifang.web.generic import panels


def register() -> None:
    """Pages of the room, the bell, the guide, and the panel of open alarms on a site's page."""
    navigation.register(
        navigation.Page(
            "duty", "duty.page", gettext_lazy("Queue"), "duty:page", right=ACTIVATION_HANDLE, order=10
        )
    )
    navigation.register(
        navigation.Page(
            "duty", "duty.handled", gettext_lazy("Handled"), "duty:handled", right=ACTIVATION_VIEW, order=20
        )
    )
    navigation.register(
        navigation.Page(
            "duty",
            "duty.supervisor",
            gettext_lazy("Consoles"),
            "duty:supervisor",
            right=CONSOLE_SUPERVISE,
            order=30,
        )
    )
    navigation.register_bell("duty", bell)
    navigation.register_help("/duty/", "duty")
    panels.register(
        "site",
        panels.Panel(
            "open_alarms",
            gettext_lazy("Open alarms"),
            "web/duty/site_panel.html",
            site_panel,
            order=5,
            right=ACTIVATION_VIEW,
            flush=True,
        ),
    )


def bell(actor: Actor) -> navigation.Bell | None:
    """How many alarms wait, for whoever handles them."""
    if not actor.may(ACTIVATION_HANDLE):
        return None
    waiting = queries.strip(actor, right=ACTIVATION_HANDLE).waiting
    label = _("%(count)s alarms are waiting") % {"count": waiting}
    return navigation.Bell(waiting, label, reverse("duty:page"))


def site_panel(request: HttpRequest, site: Any) -> Mapping[str, Any] | None:
    """The open alarms of a site, and when there are none, that there are none."""
    actor = request.actor  # type: ignore[attr-defined]
    rows = queries.rows_of([alarm.pk for alarm in queries.open_at_site(actor, site.pk)])
    return {"alarms": [presenting.shown(row) for row in rows]}
