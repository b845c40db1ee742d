"""Search keys: whoever is meant by a query is found."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jifang.kernel.bigrams import MAX_QUERY_CHARACTERS, bigrams, is_han, normalise, query_bigrams

letters = st.text(st.sampled_from("天河区第一派出所Ab1２Ⅱé -·（）㎡"), max_size=20)


def finds(query: str, *texts: str) -> bool:
    return set(query_bigrams(query)) <= set(bigrams(*texts))


def test_what_the_index_keeps() -> None:
    assert bigrams("3号楼 Ab") == sorted(["^3", "3号", "号楼", "号", "楼", "^a", "ab"])
    assert query_bigrams("号楼A 9") == sorted(["号楼", "楼a", "^9"])
    assert bigrams("", "—") == []


@pytest.mark.parametrize(
    "query",
    [
        "天河",
        "派出所",
        "所",
        "天河 派出所",
        "派出所 天河",
        "ＤＣ０９",
        "dc-09",
        "c0",
        "t",
        "3",
        "TH001",
        "天河区第一派出所",
    ],
)
def test_what_people_type_finds_the_site(query: str) -> None:
    assert finds(query, "天河区第一派出所", "DC09 接收机", "TH001", "3号楼")


@pytest.mark.parametrize("query", ["荔湾", "h", "天河 荔湾", "河天", "DC08"])
def test_what_is_not_there_is_not_found(query: str) -> None:
    assert not finds(query, "天河区第一派出所", "DC09 接收机", "TH001")


@given(letters, st.data())
def test_every_part_of_a_text_finds_it(text: str, data: st.DataObject) -> None:
    whole = normalise(text)
    first = data.draw(st.integers(0, len(whole)))
    part = whole[first : data.draw(st.integers(first, len(whole)))]
    words = [word for word in re.findall(r"[^\W_]+", part) if len(word) > 1 or is_han(word)]
    assert finds(" ".join(words), text)


@given(letters, letters)
def test_a_row_is_found_by_the_words_of_all_its_fields(a: str, b: str) -> None:
    assert set(bigrams(a)) | set(bigrams(b)) == set(bigrams(a, b))


@given(st.text(max_size=30))
def test_any_text_gives_a_sorted_set_and_normalising_twice_changes_nothing(text: str) -> None:
    found = bigrams(text)
    assert found == sorted(set(found))
    assert normalise(normalise(text)) == normalise(text)


def test_an_empty_question_asks_nothing_and_an_endless_one_is_cut() -> None:
    assert query_bigrams(" -，。") == []
    assert len(query_bigrams("".join(chr(0x4E00 + n) for n in range(10_000)))) < MAX_QUERY_CHARACTERS


def test_chinese_characters_beyond_the_basic_plane_and_zero() -> None:
    assert all(is_han(c) for c in "一中鿿㐀䶿𠀀𠮷豈〇")
    assert not any(is_han(c) for c in "aé1あ한-〆㏿ꀀ")
