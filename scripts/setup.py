"""Everything between a fresh checkout and the first command: virtual environment, packages, pages, messages.

Plain Python, because nothing else is there yet; kept in the syntax of old versions, so that one of them can
say in a sentence that it is too old. Every step is skipped while its inputs are what they were.

    python3 scripts/setup.py run     what `make run` needs
    python3 scripts/setup.py dev     also what `make test`, `make check` and `make bench` need
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
STAMPS = os.path.join(VENV, "jifang-stamps.json")
OLDEST = (3, 11)

NETWORK = (
    "name resolution",
    "NewConnectionError",
    "ConnectTimeoutError",
    "Network is unreachable",
    "Connection refused",
    "ProxyError",
    "ENOTFOUND",
    "EAI_AGAIN",
    "ECONNREFUSED",
    "ETIMEDOUT",
    "ENETUNREACH",
    "Max retries exceeded",
)
UNTRUSTED = ("CERT_IN_CHAIN", "CERTIFICATE_VERIFY_FAILED", "UNABLE_TO_GET_ISSUER")


class SetupError(Exception):
    """What is missing and what to do, in one sentence."""


def say(text):
    """One line for each step."""
    print(text)
    sys.stdout.flush()


def suitable_python():
    """A Python that is new enough: this one, or another on the path."""
    if sys.version_info[:2] >= OLDEST:
        return sys.executable
    for minor in range(20, OLDEST[1] - 1, -1):
        other = shutil.which(f"python3.{minor}")
        if other:
            return other
    here, oldest = (".".join(map(str, version)) for version in (sys.version_info[:2], OLDEST))
    raise SetupError(
        f"Python {here} is too old: jifang needs {oldest} or newer (make PYTHON=/path/to/python3.12)."
    )


def explain(what, output):
    """The sentence behind the output of a failed command."""
    if "No space left on device" in output or "ENOSPC" in output:
        return SetupError(f"{what}: the disk is full; about 1.5 GB are needed under {ROOT}.")
    if "ensurepip" in output or "No module named venv" in output:
        return SetupError(
            f"{what}: this Python has no `venv` module; on Debian or Ubuntu: apt install python3-venv."
        )
    if "Permission denied" in output or "EACCES" in output:
        return SetupError(f"{what}: {ROOT} cannot be written by this user.")
    if "do not match the hashes" in output.lower():
        return SetupError(
            f"{what}: a downloaded package is not the locked one; do not go on, ask who runs your mirror."
        )
    if any(word in output for word in UNTRUSTED):
        return SetupError(
            f"{what}: the package server's certificate is not trusted here; if a proxy of yours is in"
            " between, name its CA in PIP_CERT and NODE_EXTRA_CA_CERTS."
        )
    if any(word in output for word in NETWORK):
        return SetupError(f"{what}: no network, or the package server does not answer; try again later.")
    lines = [line for line in output.strip().splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower() and "complete log" not in line]
    return SetupError(f"{what}: {(errors or lines or ['no output'])[-1].strip()} (see setup-error.log)")


def run(what, command, **options):
    """Run a command quietly; SetupError with one sentence when it fails."""
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            **options,
        )
    except OSError as error:
        raise SetupError(f"{what}: {command[0]}: {error.strerror}") from error
    output = done.stdout.decode("utf-8", "replace")
    if done.returncode != 0:
        log = os.path.join(ROOT, "setup-error.log")
        try:
            with open(log, "w") as stream:
                stream.write(output)
        except OSError:
            pass
        raise explain(what, output)
    return output


def fingerprint(paths, *words):
    """A hash over files, the files below directories, and words."""
    digest = hashlib.sha256("\0".join(words).encode())
    files = []
    for path in paths:
        full = os.path.join(ROOT, path)
        if os.path.isdir(full):
            for folder, folders, names in os.walk(full):
                folders[:] = sorted(one for one in folders if one not in ("node_modules", "__pycache__"))
                files.extend(os.path.join(folder, name) for name in sorted(names))
        else:
            files.append(full)
    for file in files:
        digest.update(os.path.relpath(file, ROOT).encode() + b"\0")
        with open(file, "rb") as stream:
            digest.update(hashlib.sha256(stream.read()).digest())
    return digest.hexdigest()


def read_stamps():
    """What was done last, by step."""
    try:
        with open(STAMPS) as stream:
            return json.load(stream)
    except (OSError, ValueError):
        return {}


def step(name, mark, text, action, result=None):
    """Do `action` unless `name` was done with the same `mark` and its `result` is still there."""
    stamps = read_stamps()
    if stamps.get(name) == mark and (result is None or os.path.exists(os.path.join(ROOT, result))):
        return
    say(text)
    action()
    stamps = read_stamps()
    stamps[name] = mark
    with open(STAMPS, "w") as stream:
        json.dump(stamps, stream, indent=1, sort_keys=True)


def make_environment(python):
    """A virtual environment of our own, made again when its Python is gone or too old."""
    probe = f"import sys; sys.exit(0 if sys.version_info[:2] >= {OLDEST!r} else 1)"
    if (
        os.path.exists(PYTHON)
        and subprocess.run([PYTHON, "-c", probe], stderr=subprocess.DEVNULL, check=False).returncode == 0
    ):
        return
    say("making the virtual environment")
    shutil.rmtree(VENV, ignore_errors=True)
    run("the virtual environment", [python, "-m", "venv", VENV])


def install(lock):
    """Exactly the locked packages, each held against its hash."""
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    run("the packages", [*pip, "--require-hashes", "-r", os.path.join(ROOT, lock)], cwd=ROOT)


def install_ourselves():
    """The `jifang` command, pointing at this checkout."""
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    run("the jifang command", [*pip, "--no-deps", "--no-build-isolation", "--editable", ROOT], cwd=ROOT)


def with_node():
    """The environment in which npm and node are those of the virtual environment."""
    environment = dict(os.environ)
    environment["PATH"] = os.path.join(VENV, "bin") + os.pathsep + environment.get("PATH", "")
    environment["npm_config_update_notifier"] = "false"
    return environment


def install_frontend():
    """Exactly the locked packages of the pages."""
    npm = [os.path.join(VENV, "bin", "npm"), "ci", "--no-audit", "--no-fund", "--loglevel=error"]
    run("the packages of the pages", npm, cwd=os.path.join(ROOT, "frontend"), env=with_node())


def build_frontend():
    """The files that browsers load."""
    npm = [os.path.join(VENV, "bin", "npm"), "run", "--silent", "build"]
    run("the pages", npm, cwd=os.path.join(ROOT, "frontend"), env=with_node())


def compile_messages():
    """The translations that Django loads."""
    run("the translations", [PYTHON, os.path.join(ROOT, "scripts", "messages.py")], cwd=ROOT)


def main(arguments):
    """Run every step that is due; returns the exit status."""
    if arguments not in (["run"], ["dev"]):
        print(__doc__.strip())
        return 2
    lock = f"requirements/{arguments[0]}.lock"
    try:
        python = suitable_python()
        make_environment(python)
        # A wider set satisfies the narrower one: `make run` after `make test` installs nothing.
        wanted = fingerprint([lock], os.path.realpath(PYTHON))
        stamps = read_stamps()
        if arguments[0] == "dev" or stamps.get("packages-dev") != fingerprint(
            ["requirements/dev.lock"], os.path.realpath(PYTHON)
        ):
            step(
                "packages-" + arguments[0],
                wanted,
                "installing packages (some minutes the first time)",
                lambda: install(lock),
            )
        step(
            "jifang",
            fingerprint(["pyproject.toml"], ROOT),
            "installing the jifang command",
            install_ourselves,
            ".venv/bin/jifang",
        )
        step(
            "npm",
            fingerprint(["frontend/package-lock.json"]),
            "installing the packages of the pages",
            install_frontend,
            "frontend/node_modules",
        )
        step(
            "frontend",
            fingerprint(["frontend"]),
            "building the pages",
            build_frontend,
            "src/jifang/web/static/dist/.vite/manifest.json",
        )
        step(
            "messages",
            fingerprint(["src/jifang/locale/parts", "scripts/messages.py"]),
            "compiling the translations",
            compile_messages,
            "src/jifang/locale/zh_Hans/LC_MESSAGES/django.mo",
        )
    except SetupError as error:
        print(f"set-up: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        if error.errno == 28:
            print(f"set-up: the disk is full; about 1.5 GB are needed under {ROOT}.", file=sys.stderr)
        else:
            print(f"set-up: {error.filename or ROOT}: {error.strerror}.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
