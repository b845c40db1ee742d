"""Who may send: listeners, the accounts of panels, and the paths over which a panel reports.

The gateway reads these tables through the views ``alarm_account_v``, ``alarm_path_v`` and
``alarm_listener_v`` and hears of a change by NOTIFY ``alarm_account``.
"""

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jifang.identity.history import tracked


class KeyMode(models.TextChoices):
    """How a key was entered. A text of 32 hexadecimal digits is ambiguous, so nobody guesses."""

    NONE = "none", _("No key")
    HEX = "hex", _("Hexadecimal digits (32, 48 or 64)")
    ASCII = "ascii", _("Text (16, 24 or 32 characters)")


class TimePolicy(models.TextChoices):
    """What becomes of the time in an encrypted frame (DC-09 5.5.1.8, 5.5.1.9)."""

    WINDOW = "window", _("Must be within 40 s before and 20 s after our clock")
    OFFSET = "offset", _("The same, after taking off a fixed offset (panel sends local time)")
    OFF = "off", _("Not tested")


class Listener(models.Model):
    """A door of the gateway: what ``jifang.toml`` opens, as the gateway last published it.

    Sockets are configured on the machine they belong to, so ports are read-only here; the shared key (DC-09
    5.4.5: at least one key per receiver port) is a secret and lives in the database, sealed in the context
    ``alarm_listener:<number>``.
    """

    class State(models.TextChoices):
        """What the gateway last said."""

        CLOSED = "closed", _("Closed")
        LISTENING = "listening", _("Listening")
        FAILED = "failed", _("Failed")

    number = models.PositiveSmallIntegerField(_("number"), primary_key=True)
    name = models.CharField(_("name"), max_length=60)
    book = models.SlugField(_("account book"), max_length=30, default="main")
    tcp = models.CharField(_("TCP address"), max_length=80, blank=True, db_default="")
    udp = models.CharField(_("UDP address"), max_length=80, blank=True, db_default="")
    tls = models.BooleanField(_("TLS"), default=False, db_default=False)
    refuse_unknown = models.BooleanField(_("refuse unknown accounts"), default=False, db_default=False)
    key_mode = models.CharField(
        _("key"), max_length=10, choices=KeyMode, default=KeyMode.NONE, db_default=KeyMode.NONE.value
    )
    key_sealed = models.CharField(max_length=300, blank=True, db_default="", editable=False)
    key_changed_at = models.DateTimeField(_("key changed"), null=True, blank=True, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.CLOSED, db_default=State.CLOSED.value
    )
    state_at = models.DateTimeField(_("since"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=300, blank=True, db_default="")

    class Meta:
        verbose_name = _("listener")
        verbose_name_plural = _("listeners")
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(key_mode="none", key_sealed="") | (~Q(key_mode="none") & ~Q(key_sealed="")),
                name="alarm_listener_key_with_mode",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} · {self.name}"


@tracked(exclude=["key_sealed"])
class AlarmAccount(models.Model):
    """The account under which a panel reports.

    ``number`` is what stands behind ``#`` in the frame, exactly (leading zeros count), hexadecimal letters in
    upper case. A number is unique in its *book*; listeners with the same book share their accounts, so that a
    panel may report to any of them. The key is sealed in the context ``alarm_account:<book>/<number>``: who
    renumbers an account seals its key again. An inactive account counts as unregistered.
    """

    book = models.SlugField(_("account book"), max_length=30, default="main")
    number = models.CharField(
        _("account number"),
        max_length=32,
        validators=[
            RegexValidator(
                r"^[0-9A-Za-z]{3,32}$",
                _("An account number has 3 to 16 digits or letters A to F (some panels use other letters)."),
            )
        ],
    )
    name = models.CharField(_("name"), max_length=100, blank=True)
    site = models.ForeignKey(
        "registry.Site",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="alarm_accounts",
        verbose_name=_("site"),
    )
    panel = models.CharField(_("panel make and model"), max_length=100, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    key_mode = models.CharField(_("key"), max_length=10, choices=KeyMode, default=KeyMode.NONE)
    key_sealed = models.CharField(max_length=300, blank=True, editable=False)
    key_changed_at = models.DateTimeField(_("key changed"), null=True, blank=True, editable=False)
    clear_allowed_until = models.DateTimeField(
        _("clear frames allowed until"),
        null=True,
        blank=True,
        help_text=_("An account with a key answers clear frames with DUH, except until this time."),
    )
    time_policy = models.CharField(
        _("time in the frame"), max_length=10, choices=TimePolicy, default=TimePolicy.WINDOW
    )
    time_offset_minutes = models.SmallIntegerField(
        _("offset in minutes"), default=0, help_text=_("480 when the panel sends Chinese local time as UTC.")
    )
    charset = models.CharField(
        _("character set of texts"),
        max_length=20,
        default="utf-8",
        choices=[
            ("utf-8", "UTF-8"),
            ("gb18030", "GB 18030 / GBK"),
            ("cp1252", "Windows-1252"),
            ("cp1251", "Windows-1251"),
        ],
    )
    notes = models.TextField(_("notes"), blank=True)
    created_at = models.DateTimeField(_("created"), editable=False)

    class Meta:
        verbose_name = _("alarm account")
        verbose_name_plural = _("alarm accounts")
        ordering = ["book", "number"]
        constraints = [
            models.UniqueConstraint(fields=["book", "number"], name="alarm_account_once_in_book"),
            models.CheckConstraint(
                condition=Q(key_mode="none", key_sealed="") | (~Q(key_mode="none") & ~Q(key_sealed="")),
                name="alarm_account_key_with_mode",
            ),
            models.CheckConstraint(
                condition=Q(time_policy="offset") | Q(time_offset_minutes=0),
                name="alarm_account_offset_with_policy",
            ),
            models.CheckConstraint(
                condition=Q(time_offset_minutes__gte=-840) & Q(time_offset_minutes__lte=840),
                name="alarm_account_offset_range",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.number}" + (f" {self.name}" if self.name else "")

    @property
    def key_context(self) -> str:
        """What the sealed key is bound to."""
        return f"alarm_account:{self.book}/{self.number}"


@tracked()
class AccountPath(models.Model):
    """One way by which a panel reaches us, each with its own supervision (DC-09 5.5.2).

    A frame belongs to the path whose listener, receiver number (``R``) and line prefix (``L``) it carries; an
    empty receiver or line fits any. Any valid frame is a sign of life. ``interval_seconds`` is the longest
    time the panel lets pass between two; empty means that the path is not supervised.
    """

    account = models.ForeignKey(
        AlarmAccount, models.CASCADE, related_name="paths", verbose_name=_("alarm account")
    )
    name = models.CharField(_("name"), max_length=40, default="1")
    listener = models.ForeignKey(Listener, models.PROTECT, related_name="paths", verbose_name=_("listener"))
    receiver = models.CharField(
        _("receiver number"),
        max_length=6,
        blank=True,
        validators=[RegexValidator(r"^[0-9A-F]*$", _("Hexadecimal digits in upper case."))],
    )
    line = models.CharField(
        _("line prefix"),
        max_length=6,
        blank=True,
        validators=[RegexValidator(r"^[0-9A-F]*$", _("Hexadecimal digits in upper case."))],
    )
    interval_seconds = models.PositiveIntegerField(
        _("supervision interval, s"), null=True, blank=True, validators=[MinValueValidator(5)]
    )
    grace_seconds = models.PositiveIntegerField(
        _("grace, s"),
        default=30,
        help_text=_("A path is late after the interval and failed after interval and grace."),
    )

    class Meta:
        verbose_name = _("path")
        verbose_name_plural = _("paths")
        ordering = ["account", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "listener", "receiver", "line"], name="alarm_path_once"
            ),
            models.CheckConstraint(
                condition=Q(interval_seconds__isnull=True) | Q(interval_seconds__gte=5),
                name="alarm_path_interval",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} / {self.name}"
