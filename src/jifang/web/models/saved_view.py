"""A list as somebody wants to find it again: filters, order and columns under a name."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SavedView(models.Model):
    """The query of a list page. A shared view is offered to everybody who may open the list.

    A view narrows and arranges; it never carries a right: whoever opens it sees his own rows.
    """

    owner = models.ForeignKey("identity.Account", models.CASCADE, related_name="saved_views")
    resource = models.CharField(_("list"), max_length=40)
    name = models.CharField(_("name"), max_length=60)
    query = models.TextField(_("query"), blank=True)
    shared = models.BooleanField(_("shared with everybody who may open this list"), default=False)
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name", "id"]
        indexes = [
            models.Index(
                fields=["resource", "name"], condition=Q(shared=True), name="savedview_shared_of_list"
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["owner", "resource", "name"], name="savedview_name_once"),
        ]

    def __str__(self) -> str:
        return self.name
