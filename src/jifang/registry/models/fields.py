"""Columns computed from another column whenever a row is written through the model, bulk writes included."""

from collections.abc import Callable
from typing import Any

from django.db import models

from jifang.kernel.pinyin_key import initials, pinyin_key

NAME_KEY_LENGTH = 400
INITIALS_LENGTH = 120


class DerivedField(models.CharField):  # type: ignore[type-arg]
    """A text made of ``source`` by ``make`` before every insert and save; never edited by hand.

    Django asks ``pre_save`` for ``save()`` and ``bulk_create()``; ``bulk_update`` and ``update`` of the
    source must name the derived column too, which the actions of this room do.
    """

    make: Callable[[str], str]

    def __init__(self, *args: Any, source: str = "name", **kwargs: Any) -> None:
        self.source = source
        kwargs.update(editable=False, blank=True, default="")
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """Add ``source`` to what migrations keep."""
        name, path, args, kwargs = super().deconstruct()
        for settled in ("editable", "blank", "default"):
            kwargs.pop(settled, None)
        return name, path, args, {**kwargs, "source": self.source}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """Compute the value from the source column."""
        value = type(self).make(getattr(model_instance, self.source) or "")[: self.max_length]
        setattr(model_instance, self.attname, value)
        return value


class PinyinKeyField(DerivedField):
    """The sort key of a Chinese or Latin name (``kernel.pinyin_key``)."""

    make = staticmethod(pinyin_key)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": NAME_KEY_LENGTH, "db_collation": "C", **kwargs})


class InitialsField(DerivedField):
    """First letters of the readings, so that 重庆银行 is found by ``cqyh``."""

    make = staticmethod(initials)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": INITIALS_LENGTH, **kwargs})
