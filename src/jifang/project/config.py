"""What an installation may configure: one TOML file and `JIFANG_*`, read once into frozen dataclasses.

The file is `var/jifang.toml` (or `JIFANG_CONFIG`), where `var` is the directory that holds everything
an installation writes (`JIFANG_VAR`). The environment wins over the file. `docs/ref/configuration.md` is
made from these classes (`python -m jifang.project.reference`).
"""

import functools
import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from jifang.gateways.alarm.settings import AlarmGatewaySettings
from jifang.project.settings_file import read, setting

# Variables that belong to tests, benches and the choice of the file itself, not to an installation.
NOT_SETTINGS = (
    "JIFANG_VAR",
    "JIFANG_CONFIG",
    "JIFANG_TEST_",
    "JIFANG_BENCH_",
    "JIFANG_SOAK_",
    "JIFANG_FUZZ_",
    "JIFANG_REQUIRE_PEERS",
    "JIFANG_PROCESS",
)
_HOST_NAME = re.compile(
    r"(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*"
)


def is_address(host: str) -> bool:
    """True for a bare IP address, on which browsers offer no passkeys."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_loopback(bind: str) -> bool:
    """True when only this machine can reach a socket bound to `bind`."""
    return bind == "localhost" or (is_address(bind) and ipaddress.ip_address(bind).is_loopback)


@dataclass(frozen=True)
class Web:
    """The pages and the API."""

    host: str = setting(
        "",
        "Name under which browsers reach this installation, for example `jifang.example.cn`. With it the"
        " web is served over HTTPS on all interfaces; without it over plain HTTP on `localhost` only.",
    )
    bind: str = setting("", "Address to listen on. Empty: `127.0.0.1` without `host`, `0.0.0.0` with it.")
    port: int = setting(8600, "TCP port of the web.", min=1, max=65535)
    certificate: Path | None = setting(
        None, "PEM file with the certificate chain for `host`. Without it a local CA is made at first start."
    )
    key: Path | None = setting(None, "PEM file with the private key of `certificate`.")
    behind_proxy: bool = setting(
        False,
        "A reverse proxy on this machine ends TLS for `host`, passes plain HTTP to the loopback address"
        " and sets `X-Forwarded-Proto`.",
    )
    workers: int = setting(1, "Web processes. One is enough for some hundred people.", min=1, max=64)
    metrics_token: str = setting(
        "", "Bearer token that opens `/metrics` to other machines. Empty: readable from this machine only."
    )

    def __post_init__(self) -> None:
        if self.host and not is_address(self.host) and not _HOST_NAME.fullmatch(self.host):
            raise ValueError(f"host: {self.host!r} is not a host name; write it without https:// and port")
        if self.bind and self.bind != "localhost" and not is_address(self.bind):
            raise ValueError(f"bind: {self.bind!r} is not an IP address of this machine")
        if not self.host and not is_loopback(self.address):
            raise ValueError(
                f"bind: {self.bind!r} can be reached from other machines, which needs HTTPS; set `host` too"
            )
        if self.behind_proxy and not (self.host and is_loopback(self.address)):
            raise ValueError("behind_proxy: needs `host`, and `bind` must be a loopback address")
        if (self.certificate is None) != (self.key is None):
            raise ValueError("certificate: `certificate` and `key` belong together, only one is given")
        if self.certificate is not None and not self.host:
            raise ValueError("certificate: needs `host`, the name that the certificate is for")

    @property
    def address(self) -> str:
        """The address to bind."""
        return self.bind or ("127.0.0.1" if not self.host or self.behind_proxy else "0.0.0.0")  # noqa: S104

    @property
    def tls(self) -> bool:
        """Whether this process itself speaks TLS."""
        return bool(self.host) and not self.behind_proxy

    @property
    def url(self) -> str:
        """What people type."""
        if not self.host:
            return f"http://localhost:{self.port}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        if self.behind_proxy:
            return f"https://{host}"
        return f"https://{host}" + ("" if self.port == 443 else f":{self.port}")


@dataclass(frozen=True)
class Database:
    """PostgreSQL. Empty: the embedded one under `var/`."""

    url: str = setting(
        "",
        "`postgresql://user:password@host:port/name` of a PostgreSQL 15 or newer. Empty: the embedded one,"
        " without any TCP port.",
    )
    owner_url: str = setting("", "Role that owns the tables and migrates. Empty: the same as `url`.")
    gateway_url: str = setting(
        "", "Role of the gateways, which may write signals only. Empty: the same as `url`."
    )
    shared_buffers_mb: int = setting(256, "Memory for the embedded database's page cache.", min=16, max=65536)

    def __post_init__(self) -> None:
        for name in ("url", "owner_url", "gateway_url"):
            value = getattr(self, name)
            if value and not value.startswith(("postgresql://", "postgres://")):
                raise ValueError(f"{name}: does not begin with postgresql://; only PostgreSQL is supported")
        if not self.url and (self.owner_url or self.gateway_url):
            raise ValueError("url: is empty although `owner_url` or `gateway_url` is given")

    @property
    def embedded(self) -> bool:
        """Whether jifang runs PostgreSQL itself."""
        return not self.url


@dataclass(frozen=True)
class Log:
    """Logs: JSON lines under `var/log`, short lines on the terminal."""

    level: Literal["debug", "info", "warning", "error"] = setting("info", "Least severity that is written.")
    keep_files: int = setting(10, "Rotated files kept for each process, 20 MB each.", min=1, max=1000)


@dataclass(frozen=True)
class Clock:
    """The platform's own clock, on which every time of evidence depends."""

    servers: tuple[str, ...] = setting(
        ("ntp.ntsc.ac.cn", "ntp.aliyun.com", "cn.pool.ntp.org"),
        "NTP servers that the clock is compared with; it is never set. Empty list: shown as unknown.",
    )
    max_offset_seconds: float = setting(2.0, "Offset from which a fault is raised.", min=0.05, max=3600)


@dataclass(frozen=True)
class Disk:
    """Space under `var/`."""

    min_free_mb: int = setting(2048, "Free space below which a fault is raised.", min=64)


@dataclass(frozen=True)
class Backup:
    """Encrypted dumps of the database."""

    directory: Path | None = setting(None, "Where dumps go. Empty: `var/backup`. Better: another disk.")
    hour: int = setting(3, "Hour of the daily backup, Asia/Shanghai.", min=0, max=23)
    keep: int = setting(14, "Dumps kept; older ones are deleted after a new one is complete.", min=1)
    max_age_hours: int = setting(30, "Age of the last good dump from which a fault is raised.", min=1)


@dataclass(frozen=True)
class Records:
    """How long streams are kept. The law's shortest period cannot be undercut."""

    signals_days: int = setting(
        180,
        "Alarm signals. Law: 30 days (保安服务管理条例 art. 25); DB11/T 2552-2026 8.2.5 recommends 90.",
        min=30,
    )
    refusals_days: int = setting(
        184, "Refused frames, a network log. Law: 6 months (网络安全法 art. 23(3)).", min=184
    )


@dataclass(frozen=True)
class Config:
    """Everything configured."""

    web: Web = field(default_factory=Web)
    database: Database = field(default_factory=Database)
    log: Log = field(default_factory=Log)
    clock: Clock = field(default_factory=Clock)
    disk: Disk = field(default_factory=Disk)
    backup: Backup = field(default_factory=Backup)
    records: Records = field(default_factory=Records)
    alarm_gateway: AlarmGatewaySettings = field(default_factory=AlarmGatewaySettings)
    var: Path = field(default=Path("var"), metadata={"internal": True})
    file: Path | None = field(default=None, metadata={"internal": True})

    @property
    def keys(self) -> Path:
        """Directory of secrets (0700), never part of a backup."""
        return self.var / "keys"

    @property
    def logs(self) -> Path:
        """Directory of the JSON logs."""
        return self.var / "log"

    @property
    def backups(self) -> Path:
        """Directory of the encrypted dumps."""
        return self.backup.directory or self.var / "backup"


def load(environment: Mapping[str, str] | None = None) -> Config:
    """Read the configuration; raises UserError naming file, line, setting and remedy."""
    environment = os.environ if environment is None else environment
    var = Path(environment.get("JIFANG_VAR", "var")).absolute()
    file = Path(environment.get("JIFANG_CONFIG", var / "jifang.toml"))
    sections = read(Config, file, environment, exempt=NOT_SETTINGS)
    return replace(sections, var=var, file=file if file.exists() else None)


@functools.cache
def current() -> Config:
    """The configuration of this process, read once."""
    return load()
