"""One TOML file and the environment: what is accepted, and how a mistake is named."""

from pathlib import Path

import pytest

from jifang.project import reference
from jifang.project.config import Config, load
from jifang.project.errors import UserError


def configured(tmp_path: Path, text: str, **environment: str) -> Config:
    (tmp_path / "jifang.toml").write_text(text, encoding="utf-8")
    return load({"JIFANG_VAR": str(tmp_path), **environment})


def refusal(tmp_path: Path, text: str, **environment: str) -> str:
    with pytest.raises(UserError) as caught:
        configured(tmp_path, text, **environment)
    return str(caught.value).replace(f"{tmp_path}/", "")


def test_nothing_given_is_plain_http_on_this_machine(tmp_path: Path) -> None:
    web = load({"JIFANG_VAR": str(tmp_path)}).web
    assert (web.url, web.address, web.tls) == ("http://localhost:8600", "127.0.0.1", False)


def test_a_host_means_https_on_all_interfaces(tmp_path: Path) -> None:
    web = configured(tmp_path, '[web]\nhost = "jifang.example.cn"\nport = 443\n').web
    assert (web.url, web.address, web.tls) == ("https://jifang.example.cn", "0.0.0.0", True)  # noqa: S104


def test_a_proxy_keeps_plain_http_on_the_loopback_address(tmp_path: Path) -> None:
    web = configured(tmp_path, '[web]\nhost = "jifang.example.cn"\nbehind_proxy = true\n').web
    assert (web.url, web.address, web.tls) == ("https://jifang.example.cn", "127.0.0.1", False)


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    config = configured(
        tmp_path,
        "[web]\nport = 1\n[alarm_gateway]\nidle_seconds = 100\n",
        JIFANG_WEB_PORT="2",
        JIFANG_CLOCK_SERVERS="a.cn, b.cn",
        JIFANG_WEB_BEHIND_PROXY="no",
    )
    assert config.web.port == 2
    assert config.clock.servers == ("a.cn", "b.cn")
    assert config.web.behind_proxy is False
    assert config.alarm_gateway.idle_seconds == 100


def test_tables_in_a_list(tmp_path: Path) -> None:
    text = (
        "[[alarm_gateway.listeners]]\nnumber = 1\n[[alarm_gateway.listeners]]\nnumber = 2\ntcp_port = 7710\n"
    )
    assert [one.tcp_port for one in configured(tmp_path, text).alarm_gateway.listeners] == [7700, 7710]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[web]\nprt = 8600\n", "jifang.toml:2: web.prt: there is no such setting; did you mean 'port'?"),
        ("\n[wbe]\nport = 1\n", "jifang.toml:2: wbe: there is no such setting; did you mean 'web'?"),
        ("[web]\n\nport = 86000\n", "jifang.toml:3: web.port: 86000 is above the most allowed, 65535."),
        ("[web]\nport = '1'\n", "jifang.toml:2: web.port: '1' is not a whole number."),
        ("[web]\nport = true\n", "jifang.toml:2: web.port: True is not a whole number."),
        ("web.port = 0\n", "jifang.toml:1: web.port: 0 is below the least allowed, 1."),
        ("web = 3\n", "jifang.toml:1: web: 3 is not a table; write [web] on a line of its own."),
        ("[web]\nhost = 'https://x.cn'\n", "jifang.toml:2: web.host: 'https://x.cn' is not a host name"),
        ("[web]\n# all\nbind = '0.0.0.0'\n", "jifang.toml:3: web.bind: '0.0.0.0' can be reached from other"),
        ("[web]\nhost = 'a.cn'\nkey = 'k'\n", "web.certificate: `certificate` and `key` belong together"),
        ("[log]\nlevel = 'loud'\n", "jifang.toml:2: log.level: 'loud' is not one of 'debug', 'info'"),
        (
            "[records]\nsignals_days = 7\n",
            "jifang.toml:2: records.signals_days: 7 is below the least allowed, 30.",
        ),
        ("[database]\nurl = 'mysql://x'\n", "jifang.toml:2: database.url: does not begin with postgresql://"),
        ("[clock]\nservers = 'a'\n", "jifang.toml:2: clock.servers: 'a' is not a list."),
        ("var = 'x'\n", "jifang.toml:1: var: there is no such setting"),
        (
            "[[alarm_gateway.listeners]]\nnumber = 1\n"
            "[[alarm_gateway.listeners]]\nnumber = 2\nudp_port = -1\n",
            "jifang.toml:5: alarm_gateway.listeners[1].udp_port: -1 is below the least allowed, 0.",
        ),
        ("[web\n", "jifang.toml: Expected ']' at the end of a table declaration (at line 1, column 5)."),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, text: str, words: str) -> None:
    assert words in refusal(tmp_path, text)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        (
            "JIFANG_WEB_PROT",
            "1",
            "JIFANG_WEB_PROT in the environment: there is no such setting; did you mean 'JIFANG_WEB_PORT'?",
        ),
        ("JIFANG_WEB_PORT", "x", "JIFANG_WEB_PORT='x' is not a whole number."),
        ("JIFANG_WEB_PORT", "70000", "JIFANG_WEB_PORT: 70000 is above the most allowed, 65535."),
        (
            "JIFANG_WEB_BEHIND_PROXY",
            "maybe",
            "JIFANG_WEB_BEHIND_PROXY='maybe' is not one of 1, 0, true, false.",
        ),
    ],
)
def test_a_mistake_in_the_environment_is_named(tmp_path: Path, name: str, value: str, words: str) -> None:
    assert refusal(tmp_path, "", **{name: value}) == words


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "jifang.toml").write_bytes(b"[web]\nhost = '\xff'\n")
    with pytest.raises(UserError, match="is not UTF-8 text"):
        load({"JIFANG_VAR": str(tmp_path)})


def test_the_reference_page_is_what_the_classes_say() -> None:
    assert reference.main(["--check"]) == 0
