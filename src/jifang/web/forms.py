"""What forms of every area share."""

from django.forms import BaseForm
from django.utils.translation import gettext as _

from jifang.kernel.errors import BadInputError


def show(form: BaseForm, error: BadInputError) -> None:
    """Put the refusal of an action where the person looks: at its field, or above the form."""
    form.add_error(error.field if error.field in form.fields else None, error.text(_))
