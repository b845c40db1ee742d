"""The base map: GeoJSON layers on our own disk, compressed once and kept until the file changes."""

import gzip
from functools import lru_cache
from pathlib import Path

LAYERS: tuple[str, ...] = ("districts", "blocks", "water", "roads", "labels")


def layer(folder: Path, name: str) -> tuple[bytes, str] | None:
    """Return one layer, gzipped, and its entity tag; None when the installation has no such layer."""
    if name not in LAYERS:
        return None
    path = folder / f"{name}.json"
    try:
        state = path.stat()
    except FileNotFoundError:
        return None
    return _packed(path, state.st_mtime_ns), f'"{state.st_mtime_ns:x}-{state.st_size:x}"'


@lru_cache(maxsize=len(LAYERS))
def _packed(path: Path, changed: int) -> bytes:
    return gzip.compress(path.read_bytes(), compresslevel=6, mtime=0)
