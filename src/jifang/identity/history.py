"""History of edited models: triggers write every insert, update and delete, also of bulk and raw SQL."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import pghistory
from django.db import models

Tracked = TypeVar("Tracked", bound=type[models.Model])


def tracked(*, exclude: Sequence[str] = ()) -> Callable[[Tracked], Tracked]:
    """Keep the history of a model in ``<Model>Event``, appended by statement triggers, never changed.

    ``exclude`` names fields that are no history: secrets and counters. Read it with
    ``jifang.web.generic.history``; who and why come from :func:`jifang.identity.audit.acting`.
    """
    # Made anew for each model: the default trackers of the settings are deep-copied, which breaks triggers of
    # statement level (pgtrigger compares operations by identity).
    track: Callable[[Tracked], Tracked] = pghistory.track(
        pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=list(exclude)
    )
    return track
