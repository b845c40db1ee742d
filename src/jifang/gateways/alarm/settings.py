"""What an owner may set about the alarm gateway: the section ``[alarm_gateway]`` of the configuration."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal


def _setting(default: Any, doc: str, **limits: Any) -> Any:
    return field(default=default, metadata={"doc": doc, **limits})


@dataclass(frozen=True)
class ListenerSettings:
    """One door for panels: a TCP port, a UDP port, or both."""

    number: int = _setting(1, "Number under which signals remember this listener.", min=1, max=32767)
    name: str = _setting("DC-09", "Name shown to people.")
    book: str = _setting(
        "main",
        "Account book. Listeners with the same book share their accounts; numbers are unique in a book.",
    )
    bind: str = _setting("0.0.0.0", "Address to listen on.")  # noqa: S104
    tcp_port: int = _setting(7700, "TCP port; 0: no TCP.", min=0, max=65535)
    udp_port: int = _setting(7700, "UDP port; 0: no UDP.", min=0, max=65535)
    certificate: Path | None = _setting(  # noqa: RUF009
        None, "PEM file with a certificate chain: TCP connections must then begin with TLS."
    )
    certificate_key: Path | None = _setting(  # noqa: RUF009
        None, "PEM file with the private key of `certificate`."
    )
    unknown_accounts: Literal["store", "refuse"] = _setting(
        "store",
        "`store`: signals of unregistered accounts are stored, acknowledged and shown; `refuse`: they are"
        " answered with DUH, and the refusal is shown.",
    )

    def __post_init__(self) -> None:
        if not self.tcp_port and not self.udp_port:
            raise ValueError("tcp_port: a listener needs `tcp_port`, `udp_port` or both")
        if (self.certificate is None) != (self.certificate_key is None):
            raise ValueError(
                "certificate: `certificate` and `certificate_key` belong together, only one is given"
            )


@dataclass(frozen=True)
class AlarmGatewaySettings:
    """Receiving of alarm signals."""

    listeners: tuple[ListenerSettings, ...] = _setting((ListenerSettings(),), "The doors for panels.")
    max_connections: int = _setting(20_000, "TCP connections at once; more are closed.", min=1, max=1_000_000)
    max_connections_per_source: int = _setting(
        2_000, "TCP connections at once from one address; 0: no limit (behind a balancer).", min=0
    )
    max_waiting_frames: int = _setting(
        20_000, "Frames received and not stored yet, of all connections together.", min=100, max=1_000_000
    )
    max_waiting_frames_per_connection: int = _setting(
        64,
        "Frames of one connection received and not stored yet; then it is not read any further.",
        min=1,
        max=4096,
    )
    max_buffered_mb: int = _setting(
        64,
        "Bytes received and not looked at yet, of all connections together; then the fullest are closed.",
        min=1,
    )
    first_frame_seconds: int = _setting(
        60, "A connection that has sent no whole frame by then is closed.", min=5
    )
    frame_seconds: int = _setting(
        30, "A frame that is not complete by then is given up with its connection.", min=5
    )
    idle_seconds: int = _setting(3_600, "A connection without any frame for so long is closed.", min=60)
    database_gone: Literal["keep", "shed"] = _setting(
        "keep",
        "What happens to connections while nothing can be stored: `keep` holds them without acknowledging,"
        " `shed` closes them after 20 s, so that panels turn to their backup receiver.",
    )
    startup_grace_seconds: int = _setting(
        90,
        "After a start, a clock step or an outage of the database no path is called late for so long.",
        min=0,
    )
    outage_share: float = _setting(
        0.3,
        "When fewer than this share of the expected signs of life arrive on a listener, the fault is taken to"
        " be on our side of the line: one event instead of one for every panel.",
        min=0.05,
        max=0.9,
    )
    outage_paths: int = _setting(
        10, "Supervised paths a listener needs before such an outage is recognised.", min=2
    )
    source_refusals_per_minute: int = _setting(
        30,
        "Refused frames of one address stored one by one in a minute; further ones are only counted.",
        min=1,
    )

    def __post_init__(self) -> None:
        numbers = [listener.number for listener in self.listeners]
        if len(set(numbers)) != len(numbers):
            raise ValueError("listeners: two listeners have the same `number`; give each its own")
