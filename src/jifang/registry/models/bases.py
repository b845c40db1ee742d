"""What tables share: history by triggers, a version against lost edits, a position, a place on a plan."""

from collections.abc import Callable

import pghistory
import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jifang.registry.models.choices import Datum, Status


def with_history(*, exclude: tuple[str, ...] = ()) -> Callable[[type[models.Model]], type[models.Model]]:
    """Keep every version of every row: statement-level triggers, so bulk writes and raw SQL count too."""
    return pghistory.track(  # type: ignore[no-any-return]
        pghistory.InsertEvent(level=pgtrigger.Statement),
        pghistory.UpdateEvent(level=pgtrigger.Statement),
        pghistory.DeleteEvent(level=pgtrigger.Statement),
        exclude=list(exclude),
    )


class Entry(models.Model):
    """One row that people edit.

    ``version`` grows with every edit: a form that was opened on an older version is refused instead of
    overwriting somebody's work.
    """

    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        abstract = True


class LivedEntry(Entry):
    """An entry that is planned, used, suspended and retired, never deleted once it was used."""

    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.IN_USE)
    in_use_on = models.DateField(_("in use since"), null=True, blank=True)
    retired_on = models.DateField(_("retired on"), null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(status=Status.RETIRED, retired_on__isnull=False)
                | (~Q(status=Status.RETIRED) & Q(retired_on__isnull=True)),
                name="%(class)s_retired_has_date",
                violation_error_message=_("A retired entry has a date of retirement, and no other has one."),
            ),
            models.CheckConstraint(
                condition=Q(in_use_on__isnull=True)
                | Q(retired_on__isnull=True)
                | Q(retired_on__gte=F("in_use_on")),
                name="%(class)s_retired_after_use",
                violation_error_message=_("The date of retirement lies before the date of first use."),
            ),
        ]


class Positioned(models.Model):
    """A position: WGS-84 degrees, and beside them what was given in which system."""

    lon = models.FloatField(
        _("longitude"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
        help_text=_("WGS-84, degrees, east positive"),
    )
    lat = models.FloatField(
        _("latitude"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
        help_text=_("WGS-84, degrees, north positive"),
    )
    raw_position = models.CharField(_("position as given"), max_length=80, blank=True)
    raw_datum = models.CharField(_("coordinate system as given"), max_length=5, choices=Datum, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(lon__isnull=True, lat__isnull=True)
                | Q(
                    # a comparison with NULL is not false, so a check lets it through: say it
                    lon__isnull=False,
                    lat__isnull=False,
                    lon__gte=-180,
                    lon__lte=180,
                    lat__gte=-90,
                    lat__lte=90,
                ),
                name="%(class)s_on_the_globe",
                violation_error_message=_(
                    "Longitude lies between -180 and 180, latitude between -90 and 90; give both or none."
                ),
            ),
        ]


class OnPlan(models.Model):
    """A place on a floor plan: fractions of its width and height, from the upper left corner."""

    floor_plan = models.ForeignKey(
        "registry.FloorPlan", models.SET_NULL, null=True, blank=True, verbose_name=_("floor plan")
    )
    plan_x = models.FloatField(_("place on the plan, from the left"), null=True, blank=True)
    plan_y = models.FloatField(_("place on the plan, from the top"), null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(plan_x__isnull=True, plan_y__isnull=True)
                | Q(
                    plan_x__isnull=False,
                    plan_y__isnull=False,
                    plan_x__gte=0,
                    plan_x__lte=1,
                    plan_y__gte=0,
                    plan_y__lte=1,
                ),
                name="%(class)s_on_the_plan",
                violation_error_message=_("The place on the plan lies between 0 and 1; give both or none."),
            ),
        ]
