"""Chinese order and the letters people type for a name."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jifang.kernel.pinyin_key import MAX_CHARACTERS, initials, pinyin_key

one_reading = st.text(st.sampled_from("庆银安张章三四Ab12 -（）𠮷"), max_size=12)


def test_a_list_comes_in_the_order_of_a_chinese_directory() -> None:
    expected = [
        "（甲）库房",
        "2号楼",
        "10号楼",
        "Alpha",
        "beta",
        "安徽",
        "长安路",
        "重庆银行",
        "李",
        "林",
        "银行",
        "张三",
        "张四",
        "章三",
        "重量",
    ]
    shuffled = [*expected[1::2], *expected[::2]]
    assert sorted(shuffled, key=pinyin_key) == expected


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("重庆银行3号楼", "cqyh3hl"),
        ("天河区 A栋", "thqad"),
        ("１２３", "123"),
        ("𠮷野家", "yj"),
        ("", ""),
        ("·-", ""),
    ],
)
def test_initials_are_the_letters_people_type(text: str, letters: str) -> None:
    assert initials(text) == letters


def test_a_surname_is_read_as_a_surname_only_in_a_persons_name() -> None:
    assert pinyin_key("单国强", person=True).startswith("4shan4单 ")
    assert pinyin_key("单元楼").startswith("4dan1单 ")
    assert pinyin_key("单", person=True) == pinyin_key("单")


def test_capitals_and_full_width_do_not_matter() -> None:
    assert pinyin_key("Ａ栋 01") == pinyin_key("a栋1")


@given(one_reading, one_reading)
@settings(deadline=None)
def test_a_name_comes_before_those_that_go_on_after_it(name: str, more: str) -> None:
    assert pinyin_key(name) < pinyin_key(f"{name.rstrip()}张{more}")


@given(st.text(max_size=200))
@settings(deadline=None)
def test_any_text_has_a_key_that_postgresql_can_hold(text: str) -> None:
    assert len(pinyin_key(text)) <= 20 * 18 * MAX_CHARACTERS
    assert "\x00" not in pinyin_key(text)
    assert " " not in initials(text)


def test_importing_it_does_not_load_the_dictionary() -> None:
    program = "import sys, jifang.kernel.pinyin_key; print('pypinyin' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
