"""What forms of every area share."""

from typing import Any

from django.forms import BaseForm, DateInput
from django.utils.translation import gettext as _

from jifang.kernel.errors import BadInputError


class DayInput(DateInput):
    """A day as browsers pick it: they read and write ISO, whatever the reader's language."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


def show(form: BaseForm, error: BadInputError) -> None:
    """Put the refusal of an action where the person looks: at its field, or above the form."""
    form.add_error(error.field if error.field in form.fields else None, error.text(_))
