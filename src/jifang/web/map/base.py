"""The base map: GeoJSON layers on our own disk, compressed once and kept until the file changes."""

import gzip
from functools import lru_cache
from pathlib import Path

LAYERS: tuple[str, ...] = ("districts", "blocks", "water", "roads", "labels")
EMPTY = gzip.compress(b'{"type":"FeatureCollection","features":[]}', mtime=0)


def present(folder: Path) -> bool:
    """Whether the installation has any base map."""
    return any((folder / f"{name}.json").exists() for name in LAYERS)


def layer(folder: Path, name: str) -> tuple[bytes, str] | None:
    """Return one layer, gzipped, and its entity tag; None when there is no layer of this name.

    A layer that this installation does not have is an empty one: the sites then stand on plain land.
    """
    if name not in LAYERS:
        return None
    path = folder / f"{name}.json"
    try:
        state = path.stat()
    except FileNotFoundError:
        return EMPTY, '"empty"'
    return _packed(path, state.st_mtime_ns), f'"{state.st_mtime_ns:x}-{state.st_size:x}"'


@lru_cache(maxsize=len(LAYERS))
def _packed(path: Path, changed: int) -> bytes:
    return gzip.compress(path.read_bytes(), compresslevel=6, mtime=0)
