"""Messages of PostgreSQL's protocol, byte for byte as its documentation describes them (chapter 54.7)."""

from hypothesis import given
from hypothesis import strategies as st

from jifang.gateways.alarm.conversation import Answers, encode, error_of

# Query "SELECT 1": type, length of what follows with itself, the text and its NUL.
QUERY = b"Q\x00\x00\x00\x0dSELECT 1\x00"


def test_a_query_alone() -> None:
    assert encode(b"SELECT 1", []) == QUERY


def test_each_copy_gets_its_data_and_an_end() -> None:
    sent = encode(b"SELECT 1", [b"a\n", b""])
    assert sent == QUERY + b"d\x00\x00\x00\x06a\nc\x00\x00\x00\x04" + b"d\x00\x00\x00\x04c\x00\x00\x00\x04"


def test_an_error_tells_state_and_message() -> None:
    content = b"SERROR\x00VERROR\x00C23505\x00Mduplicate key\x00Dmore\x00\x00"
    assert error_of(content) == ("23505", "duplicate key")


@given(
    st.lists(st.tuples(st.sampled_from([b"C", b"Z", b"E", b"N"]), st.binary(max_size=40)), max_size=8),
    st.data(),
)
def test_fuzz_answers_do_not_depend_on_how_they_are_cut(
    messages: list[tuple[bytes, bytes]], data: st.DataObject
) -> None:
    stream = b"".join(kind + (len(content) + 4).to_bytes(4, "big") + content for kind, content in messages)
    answers, found, at = Answers(), [], 0
    while at < len(stream):
        step = data.draw(st.integers(1, 20))
        found += answers.feed(stream[at : at + step])
        at += step
    assert found == messages
