"""`jifang`: a map of the product, and mistakes in one sentence."""

import argparse
import importlib

import pytest

from jifang.project import cli
from jifang.project.errors import UserError


def test_help_is_a_map_of_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    shown = capsys.readouterr().out
    for name in (
        "up",
        "web",
        "work",
        "gateway",
        "simulate",
        "decode",
        "doctor",
        "backup",
        "restore",
        "ledger",
    ):
        assert f"\n  {name} " in shown
    assert "not part of this build" not in shown


@pytest.mark.parametrize("name", cli.NAMES)
def test_every_command_says_what_it_is_in_a_line(name: str) -> None:
    module = importlib.import_module(f"{cli.PACKAGE}.{name}")
    assert cli.summary_of(name) == module.SUMMARY
    assert 10 < len(module.SUMMARY) < 90
    module.add_arguments(argparse.ArgumentParser())


def test_an_unknown_command_names_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["upp"]) == 2
    assert "no command 'upp'. The commands are: up, web" in capsys.readouterr().err


def test_an_expected_mistake_is_one_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    doctor = importlib.import_module(f"{cli.PACKAGE}.doctor")

    def fail(_: argparse.Namespace) -> int:
        raise UserError("port 8600 is taken.")

    monkeypatch.setattr(doctor, "run", fail)
    assert cli.main(["doctor"]) == 1
    assert capsys.readouterr().err == "jifang doctor: port 8600 is taken.\n"
