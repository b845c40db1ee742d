"""Starts Django for the commands that need it; the others never load it."""

import os

import django


def setup() -> None:
    """Load the settings and every room's ``apps.ready``. Safe to call twice."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jifang.project.settings")
    django.setup()
