"""`jifang web`: pages, API, push."""

import argparse
import http.client
import os
import ssl
import sys

from granian.constants import Interfaces
from granian.server import Server

from jifang.project import database, doors, logs, ports
from jifang.project.config import Config, current
from jifang.project.heart import Heart

SUMMARY = "serve the pages, the HTTP API and the push streams"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """All settings come from the configuration."""


def answers(config: Config) -> bool:
    """Whether the workers behind this process answer a request."""
    address = "127.0.0.1" if config.web.address == "0.0.0.0" else config.web.address  # noqa: S104
    if config.web.tls:
        # We ask ourselves whether somebody answers, not who.
        context = ssl._create_unverified_context()  # noqa: S323
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            address, config.web.port, timeout=3, context=context
        )
    else:
        connection = http.client.HTTPConnection(address, config.web.port, timeout=3)
    try:
        connection.request("GET", "/livez", headers={"Host": "localhost"})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def run(args: argparse.Namespace) -> int:
    """Serve until SIGTERM or SIGINT."""
    config = current()
    logs.configure(config, "web-server")
    os.environ["JIFANG_PROCESS_NAME"] = "web"
    database.connect(config, "app").close()
    ports.check_web(config)
    certificate = doors.certificate(config)
    heart = Heart(database.url(config, "app"), "web", lambda: answers(config))
    heart.start()
    server = Server(
        "jifang.project.asgi:application",
        address=config.web.address,
        port=config.web.port,
        interface=Interfaces.ASGINL,
        workers=config.web.workers,
        websockets=False,
        log_enabled=False,
        ssl_cert=certificate.chain if certificate else None,
        ssl_key=certificate.key if certificate else None,
        workers_kill_timeout=3,
        process_name=None,
    )
    try:
        server.serve()
    except SystemExit as end:
        if end.code:
            print("a web worker ended by itself; its log is var/log/web.log", file=sys.stderr)
            return 1
    finally:
        heart.stop()
    return 0
