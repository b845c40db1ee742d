"""Run a command with JIFANG_TEST_DATABASE_URL at a throw-away server made with other binaries of PostgreSQL.

.venv/bin/python scripts/with_postgres.py /usr/lib/postgresql/15/bin make test
"""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

import psycopg

from jifang.project.embedded import account
from jifang.project.processes import die_with_parent


def main(arguments: list[str]) -> int:
    """Make the cluster, start it, run the command, drop it; returns the command's status."""
    if len(arguments) < 2:
        print(__doc__)
        return 2
    binaries, command = Path(arguments[0]), arguments[1:]
    runner = account.for_database()
    home = Path(tempfile.mkdtemp(prefix="jifang-peer-"))
    home.chmod(0o755)
    socket, data = runner.take(home / "run"), runner.take(home / "data")
    password = secrets.token_urlsafe(16)
    password_file = home / "password"
    password_file.write_text(password, encoding="ascii")
    options = runner.popen_arguments()
    initdb = [str(binaries / "initdb"), "-D", str(data), "-U", "tester", f"--pwfile={password_file}"]
    initdb += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8"]
    subprocess.run(initdb, check=True, cwd="/", stdout=subprocess.DEVNULL, **options)
    settings = {
        "listen_addresses": "", "unix_socket_directories": str(socket), "max_connections": "200",
        "fsync": "off", "full_page_writes": "off",
    }  # fmt: skip
    postgres = [str(binaries / "postgres"), "-D", str(data)]
    postgres += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(
            postgres,
            cwd="/",
            stdout=log,
            stderr=log,
            preexec_fn=die_with_parent(signal.SIGINT),  # noqa: PLW1509
            **options,
        )
    url = f"postgresql://tester:{password}@/postgres?host={quote(str(socket), safe='')}"
    try:
        while server.poll() is None:
            try:
                psycopg.connect(url, connect_timeout=5).close()
                break
            except psycopg.OperationalError:
                continue
        else:
            print((home / "log").read_text(encoding="utf-8"), file=sys.stderr)
            return 1
        environment = {**os.environ, "JIFANG_TEST_DATABASE_URL": url}
        return subprocess.run(command, check=False, env=environment).returncode
    finally:
        server.send_signal(signal.SIGQUIT)
        server.wait()
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
