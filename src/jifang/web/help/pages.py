"""Which chapter of the guide explains which page."""

from jifang.web import navigation

CHAPTER_OF = {
    "/duty/": "duty",
    "/signals/": "duty",
    "/refusals/": "panels",
    "/map/": "map",
    "/registry/": "registry",
    "/search/": "registry",
    "/people/": "people",
    "/account/": "account",
    "/first-run/": "first-steps",
    "/system/": "status",
}


def register() -> None:
    """Link every page to its chapter; an area with a page of its own registers a longer address."""
    for prefix, chapter in CHAPTER_OF.items():
        navigation.register_help(prefix, chapter)
