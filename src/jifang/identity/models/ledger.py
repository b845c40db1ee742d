"""Storage of the ledger (``jifang.ledger``): entries, tree, checkpoints, openings.

An entry is written in the caller's own transaction and takes no lock. A sequencer then gives every committed
entry its place in the tree, in batches, alone under an advisory lock (``docs/design/ledger.md`` says why).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LedgerEntry(models.Model):
    """One fact that must not be denied later. ``content`` are its canonical bytes, the leaf of the tree.

    Insert-only by a statement trigger. ``id`` is no place in the tree: that is :class:`LedgerPlace`.
    """

    at = models.DateTimeField(_("time"))
    kind = models.CharField(_("kind"), max_length=60)
    account = models.ForeignKey(
        "identity.Account", models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )
    content = models.BinaryField()

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["kind", "-id"], name="ledger_entry_kind"),
            models.Index(fields=["account", "-id"], name="ledger_entry_account"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class LedgerPlace(models.Model):
    """The place of an entry in the tree, from 0 without gaps. Insert-only."""

    index = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(LedgerEntry, models.PROTECT, related_name="place")


class LedgerNode(models.Model):
    """The hash of a complete subtree (``jifang.ledger.merkle``); level 0 are the leaves. Insert-only."""

    pk = models.CompositePrimaryKey("level", "index")
    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField()


class LedgerWaiting(models.Model):
    """An entry that has no place yet; inserted with it, deleted by the sequencer."""

    entry = models.OneToOneField(LedgerEntry, models.CASCADE, primary_key=True, related_name="waiting")


class LedgerFrontier(models.Model):
    """The right edge of the tree: one row, written by the sequencer alone."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    size = models.BigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="ledger_frontier_one_row")]


class LedgerCheckpoint(models.Model):
    """The log's signed statement of its size, root and time (C2SP tlog-checkpoint). Insert-only."""

    size = models.BigIntegerField(_("entries"), primary_key=True)
    at = models.DateTimeField(_("time"))
    root = models.BinaryField()
    note = models.TextField()

    class Meta:
        verbose_name = _("checkpoint")
        verbose_name_plural = _("checkpoints")
        ordering = ["-size"]


class LedgerOpening(models.Model):
    """A value behind a commitment in an entry, with its salt: deleted when the law asks, the tree stands."""

    entry = models.ForeignKey(LedgerEntry, models.CASCADE, related_name="openings")
    pointer = models.CharField(max_length=200)
    value = models.JSONField()
    salt = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "pointer"], name="ledger_opening_once")]
