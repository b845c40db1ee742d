"""What `jifang up` says when a page can be had."""

import unicodedata

from jifang.project import doors
from jifang.project.config import Config, is_address
from jifang.project.demo.logins import logins


def _wide(text: str, columns: int) -> str:
    """`text` padded to `columns` of a terminal, where a Chinese character takes two."""
    taken = sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
    return text + " " * max(1, columns - taken)


def _demo_lines(config: Config) -> list[str]:
    password, accounts = logins(config)
    if not password:
        return []
    lines = [f"  Demo accounts, password of all: {password}"]
    for account in accounts:
        factor = "second factor: the page shows the code" if account.totp else ""
        lines.append("    " + _wide(account.username, 14) + _wide(account.note_en, 44) + factor)
    return lines


def _setup_token(config: Config) -> str:
    """The token with which somebody may claim the installation; empty when somebody has."""
    try:
        return (config.keys / "setup-token").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return ""


def text(config: Config, *, demo: bool) -> str:
    """The address, the demo's accounts or the first step, and how to trust the local CA."""
    lines = ["", f"  jifang is ready: {config.web.url}", ""]
    if demo:
        lines += _demo_lines(config)
    elif token := _setup_token(config):
        lines += [
            f"  Nobody owns this installation yet: open {config.web.url}/first-run/",
            f"  and claim it with the set-up token {token}",
        ]
    if config.web.tls and not config.web.certificate:
        lines += [
            "",
            f"  The certificate is from this installation's own CA; install {doors.ca_file(config)}",
            "  in the browsers of your people, or set a certificate under [web].",
        ]
    if config.web.host and is_address(config.web.host):
        lines += ["", "  Passkeys need a name: browsers do not offer them on a bare IP address."]
    lines += ["", "  Ctrl-C ends everything.", ""]
    return "\n".join(lines)
