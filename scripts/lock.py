"""Pin requirements/*.in with the hash of every file, for every Python and platform that jifang runs on."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Write both locks; returns the exit status."""
    for name in ("run", "dev"):
        command = [
            *(str(Path(sys.executable).with_name("uv")), "pip", "compile", f"requirements/{name}.in"),
            *("--output-file", f"requirements/{name}.lock", "--generate-hashes", "--universal", "--quiet"),
            *("--python-version", "3.11", "--no-header", "--no-emit-index-url", "--no-emit-find-links"),
        ]
        done = subprocess.run(command, cwd=ROOT, check=False)
        if done.returncode != 0:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
