"""The second factor of the picture script is the one of RFC 6238."""

import importlib.util
from base64 import b32encode
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def screenshots() -> ModuleType:
    spec = importlib.util.spec_from_file_location("screenshots", ROOT / "scripts" / "screenshots.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("at", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_of_rfc_6238_appendix_b(screenshots: ModuleType, at: int, code: str) -> None:
    secret = b32encode(b"12345678901234567890").decode()
    assert screenshots.one_time_code(secret, at) == code
