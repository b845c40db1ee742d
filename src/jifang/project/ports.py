"""Whether the ports that are configured can be had, and by which setting to choose others."""

import socket

from jifang.project.config import Config
from jifang.project.errors import UserError


def _try(address: str, port: int, kind: socket.SocketKind) -> OSError | None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, kind) as trial:
        if kind == socket.SOCK_STREAM:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((address, port))
        except OSError as error:
            return error
    return None


def _check(address: str, port: int, kind: socket.SocketKind, setting: str) -> None:
    problem = _try(address, port, kind)
    name = "TCP" if kind == socket.SOCK_STREAM else "UDP"
    if isinstance(problem, PermissionError):
        raise UserError(
            f"{name} port {port} is reserved for root: choose one from 1024 with {setting}, or give the right"
            " with `setcap`."
        )
    if problem is not None:
        raise UserError(
            f"{name} port {port} on {address} cannot be used ({problem.strerror}): end what holds it, or"
            f" choose another with {setting}."
        )


def check_web(config: Config) -> None:
    """UserError when the port of the pages cannot be had."""
    setting = "JIFANG_WEB_PORT or `port` under [web]"
    _check(config.web.address, config.web.port, socket.SOCK_STREAM, setting)


def check_listeners(config: Config) -> None:
    """UserError when a port for panels cannot be had."""
    for listener in config.alarm_gateway.listeners:
        for port, kind, name in (
            (listener.tcp_port, socket.SOCK_STREAM, "tcp_port"),
            (listener.udp_port, socket.SOCK_DGRAM, "udp_port"),
        ):
            if port:
                setting = f"`{name}` of listener {listener.number} under [[alarm_gateway.listeners]]"
                _check(listener.bind, port, kind, setting)
