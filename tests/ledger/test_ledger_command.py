"""`jifang ledger verify`: files and a public key, plain lines, an exit status; no database, no Django."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from jifang.ledger.bundle import Range
from jifang.project import cli
from jifang.project.commands import ledger
from tests.ledger.logs import KEY, SIGNER, log_of

LOG = log_of(9, [4, 9])
BUNDLE = LOG.export(Range(0, 9), [4, 9])


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "bundle.json").write_bytes(BUNDLE)
    (tmp_path / "log.vkey").write_text(f"{KEY}\n", encoding="utf-8")
    (tmp_path / "log.pem").write_bytes(SIGNER.public_pem())
    (tmp_path / "deposit").write_text(LOG.checkpoints[4], encoding="utf-8")
    return tmp_path


def verify(*arguments: object) -> int:
    return cli.main(["ledger", "verify", *map(str, arguments)])


@pytest.mark.parametrize("key", ["log.vkey", "log.pem"])
def test_a_genuine_bundle_ends_with_status_0(
    files: Path, key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify(files / "bundle.json", "--key", files / key, "--checkpoint", files / "deposit") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "PROVED"
    assert all(line.startswith("ok    ") for line in lines[:-1] if "not laid open" not in line)
    assert any(line.startswith("ok    deposited checkpoint of 4 entries: continued by") for line in lines)


def test_the_key_can_be_given_itself_and_the_bundle_on_standard_input(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(BUNDLE)))
    assert verify("-", "--key", KEY) == 0
    assert capsys.readouterr().out.endswith("PROVED\n")


def test_an_altered_bundle_ends_with_status_1(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (files / "bundle.json").write_bytes(BUNDLE.replace(b'"number":3', b'"number":7'))
    assert verify(files / "bundle.json", "--key", files / "log.vkey") == 1
    out = capsys.readouterr().out
    assert "FAIL  entry 3: altered" in out
    assert out.endswith("NOT PROVED\n")


def test_json_says_the_same(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (files / "bundle.json").write_bytes(BUNDLE.replace(b'"number":3', b'"number":7'))
    assert verify(files / "bundle.json", "--key", files / "log.vkey", "--json") == 1
    report = json.loads(capsys.readouterr().out)
    assert report["proved"] is False
    assert {"ok", "FAIL"} <= {line["outcome"] for line in report["lines"]}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["missing.json", "--key", "log.vkey"], "missing.json"),
        (["bundle.json", "--key", "missing.vkey"], "missing.vkey"),
        (["deposit", "--key", "log.vkey"], "cannot be read"),
        (["bundle.json", "--key", "deposit"], "Not a verifier key"),
        (["bundle.json", "--key", "a+b+c"], "Not a verifier key"),
        (["bundle.json", "--key", "log.vkey", "--checkpoint", "missing"], "missing"),
        (["bundle.json", "--key", "log.vkey", "--checkpoint", "binary"], "not text"),
    ],
)
def test_what_cannot_be_read_ends_with_status_2(
    files: Path,
    arguments: list[str],
    said: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (files / "binary").write_bytes(b"\xff\xfe")
    monkeypatch.chdir(files)
    assert verify(*arguments) == 2
    printed = capsys.readouterr()
    assert said in printed.err
    assert printed.out == ""


def test_bad_usage_ends_with_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["verify"], [], ["nonsense"]):
        with pytest.raises(SystemExit) as ended:
            cli.main(["ledger", *arguments])
        assert ended.value.code == 2
    assert "--key" in capsys.readouterr().err


def test_it_runs_without_django_settings_or_database(files: Path) -> None:
    program = (
        "import sys; from jifang.project import cli; status = cli.main(sys.argv[1:]);"
        "heavy = {'django', 'psycopg', 'asyncio'} & set(sys.modules); print(sorted(heavy)); sys.exit(status)"
    )
    bare = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    arguments = ["ledger", "verify", str(files / "bundle.json"), "--key", str(files / "log.vkey")]
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env=bare,
        cwd=files,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("PROVED\n[]\n")
    assert not (files / "var").exists()


def test_actions_on_the_stored_log_read_their_own_arguments(
    files: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (files / "stored_action.py").write_text(
        "def add_arguments(parser): parser.add_argument('--since', type=int)\n"
        "def run(args): print(args.since); return 7\n",
        encoding="utf-8",
    )
    monkeypatch.syspath_prepend(files)
    monkeypatch.setitem(ledger.STORED, "export", ("write a bundle", "stored_action"))
    assert cli.main(["ledger", "export", "--since", "5"]) == 7
    assert capsys.readouterr().out == "5\n"
