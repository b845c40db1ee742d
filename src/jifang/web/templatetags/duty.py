"""Tags of the duty room."""

from django import template
from django.utils.safestring import SafeString

from jifang.operations.alarms.priorities import PriorityClass
from jifang.web.templatetags import ui

register = template.Library()


def tone_of(priority_class: str) -> str:
    """The colour and shape of a class: those of the design system, where a door alarm is drawn as tamper."""
    return PriorityClass.TAMPER if priority_class == PriorityClass.ACCESS else priority_class


@register.simple_tag
def alarm_class(value: str, large: bool = False) -> SafeString:
    """The class of an alarm as shape, colour and word, in the words of the duty room."""
    text = PriorityClass(value).label if value in PriorityClass.values else value
    return ui.class_badge(tone_of(value), text, large)
