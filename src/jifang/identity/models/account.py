"""The account of one natural person. Nobody shares one (Order 799 art. 16: access by registered persons)."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from jifang.identity.history import tracked


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by user name, as Django's authentication asks."""


@tracked(exclude=["password", "last_login"])
class Account(AbstractBaseUser):
    """A person who signs in. What the person may do is in the grants, never on this row."""

    username = models.CharField(_("user name"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=60)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    badge = models.CharField(_("badge or staff number"), max_length=40, blank=True)
    organisation = models.ForeignKey(
        "identity.Organisation", models.PROTECT, related_name="accounts", verbose_name=_("organisation")
    )
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    is_break_glass = models.BooleanField(_("break-glass account"), default=False, editable=False)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = AccountManager()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["username"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=True) | models.Q(is_active=False),
                name="account_closed_is_inactive",
            ),
            models.UniqueConstraint(
                Lower("username"),
                name="account_username_once",
                violation_error_message=_("This user name is taken."),
            ),
            models.UniqueConstraint(
                fields=["is_break_glass"],
                condition=models.Q(is_break_glass=True),
                name="account_one_break_glass",
                violation_error_message=_("There is a break-glass account already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    @property
    def is_staff(self) -> bool:
        """Nobody enters through Django's own administration; allauth asks."""
        return False

    @property
    def is_superuser(self) -> bool:
        """Nobody is above the grants."""
        return False

    def get_full_name(self) -> str:
        """Return the person's name, as Django's libraries expect it."""
        return self.name

    def get_short_name(self) -> str:
        """Return the person's name, as Django's libraries expect it."""
        return self.name
