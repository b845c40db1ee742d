"""The areas of pages: each is a package ``web/<area>/`` with ``urls.py`` and ``pages.py``, and a line here.

``pages.py`` has one function ``register()`` that names the area's rights, its entries in the frame and its
pages of the guide; it runs once, when Django is ready.
"""

from importlib import import_module

AREAS: tuple[str, ...] = (
    "frame",
    "account",
    "people",
    "help",
    "map",
    "duty",
    "signals",
    "receiving",
    "status",
    "registry",
)


def register_all() -> None:
    """Let every area register what it offers."""
    for area in AREAS:
        import_module(f"jifang.web.{area}.pages").register()
