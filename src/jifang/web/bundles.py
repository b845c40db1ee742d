"""The built front end: which files belong to a bundle, read from Vite's manifest.

Vite writes hashed names, so a file never changes under its address and may be kept for ever by a browser.
"""

import json
import logging
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

logger = logging.getLogger(__name__)
DIST = Path(__file__).resolve().parent / "static" / "dist"
MANIFEST = DIST / ".vite" / "manifest.json"


def address(name: str) -> str:
    """Return the address of a file of the built front end."""
    return f"{settings.STATIC_URL}dist/{name}"


def files_of(bundle: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return (style sheets, scripts) of ``bundle`` as addresses, in loading order.

    A bundle that was not built gives nothing and a line in the log: a page without its script still reads.
    """
    entry = manifest().get(f"src/{bundle}/index.ts")
    if entry is None:
        logger.warning("bundle %r is not built: run `npm ci && npm run build` in frontend/", bundle)
        return (), ()
    styles = tuple(address(name) for name in entry.get("css", ()))
    return styles, (address(entry["file"]),)


def asset(source: str) -> str:
    """Return the address of one built file, named by its source (``icons.svg``); empty when not built."""
    entry = manifest().get(source)
    return address(entry["file"]) if entry else ""


def manifest() -> dict[str, Any]:
    """Return Vite's manifest, read again when the build has replaced it."""
    try:
        changed = MANIFEST.stat().st_mtime_ns
    except FileNotFoundError:
        return {}
    return _read(changed)


@lru_cache(maxsize=1)
def _read(changed: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(MANIFEST.read_text(encoding="utf-8"))
    return found
