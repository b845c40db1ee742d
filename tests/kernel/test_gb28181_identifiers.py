"""GB/T 28181 identifiers, digit by digit. The examples are the ones every implementer's guide uses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jifang.kernel import gb28181_codes as codes
from jifang.kernel.errors import BadInputError
from jifang.kernel.gb28181_codes import Edition
from jifang.kernel.gb28181_id import FIELD_NAMES, Field, build, parse
from jifang.kernel.regions import PROVINCES

editions = st.sampled_from(Edition)
identifiers = st.builds(
    lambda province, rest, kind, tail: f"{province}{rest:08d}{kind:03d}{tail:07d}",
    st.sampled_from(sorted(PROVINCES)),
    st.integers(0, 10**8 - 1),
    st.integers(111, 999),
    st.integers(0, 10**7 - 1),
).filter(lambda text: not (text[2:4] == "00" and text[4:6] != "00"))


def test_a_camera_is_explained_digit_by_digit_in_both_languages() -> None:
    parts = parse("34020000001320000001", Edition.E2016).parts({"340200": "芜湖市"})
    assert [(p.positions, p.digits) for p in parts] == [
        ("1–2", "34"),
        ("3–4", "02"),
        ("5–6", "00"),
        ("7–8", "00"),
        ("9–10", "00"),
        ("11–13", "132"),
        ("14", "0"),
        ("15–20", "000001"),
    ]
    assert [p.meaning.zh for p in parts] == [
        "安徽省",
        "芜湖市",
        "未细分",
        "未细分",
        "社会治安路面接入",
        "网络摄像机（IPC）",
        "监控报警专网",
        "序号 1",
    ]
    assert parts[0].meaning.en == "Anhui"
    assert parts[5].meaning.en == "network camera (IPC)"
    assert [p.name for p in parts] == list(FIELD_NAMES.values())
    assert all(p.known for p in parts)


def test_a_name_that_nobody_gave_is_shown_as_unknown_not_as_fine() -> None:
    city = parse("34020000001320000001", Edition.E2016).parts()[1]
    assert not city.known
    assert city.meaning == codes.UNDEFINED


@pytest.mark.parametrize(
    ("digits", "old", "new"), [("43", "冶金", "电力"), ("51", "金融", "租赁"), ("55", "娱乐", "教育")]
)
def test_an_industry_changes_its_meaning_with_the_edition(digits: str, old: str, new: str) -> None:
    text = f"44010300{digits}1310000001"
    meanings = {edition: parse(text, edition).parts()[4].meaning.zh for edition in Edition}
    assert old in meanings[Edition.E2011]
    assert meanings[Edition.E2016] == meanings[Edition.E2011]
    assert new in meanings[Edition.E2022]


def test_networks_and_types_change_too() -> None:
    assert codes.network("3", Edition.E2016) == codes.NETWORKS_UNTIL_2016["0"]
    assert codes.network("3", Edition.E2022).zh == "政法信息网"  # type: ignore[union-attr]
    assert codes.device_type("124", Edition.E2016).zh == "扩展的前端主设备"  # type: ignore[union-attr]
    assert codes.device_type("124", Edition.E2022).zh == "人员出入口控制设备"  # type: ignore[union-attr]


def test_region_nodes_of_the_directory() -> None:
    for text, count in (("44", 1), ("4401", 2), ("440103", 3), ("44010351", 4)):
        node = parse(text, Edition.E2022)
        assert node.is_region
        assert len(node.parts()) == count
        assert node.doubts() == node.doubts({"131"}) == ()
    assert parse("4401", Edition.E2022).region_code == "440100"
    assert parse("44010351", Edition.E2022).region_code == "440103"


@pytest.mark.parametrize(
    ("text", "problem", "remedy"),
    [
        ("", "has 0 digits", "20 digits"),
        ("44010", "has 5 digits", "2, 4, 6 or 8"),
        ("440103510013200000010", "has 21 digits", "20 digits"),
        ("440103510013200000", "coding rule B", "rule A"),
        ("4401035100132000000a", "character 20 is “a”", "digits 0 to 9"),
        ("4401 3510013200000001", "character 5 is “ ”", "without spaces"),
        ("４4010351001320000001", "character 1 is “４”", "digits 0 to 9"),
        ("4401035100132000000\n", "character 20 is “'\\n'”", "digits 0 to 9"),
        ("99010351001320000001", "digits 99 (digits 1–2)", "GB/T 2260"),
        ("44000351001320000001", "county 03 (digits 5–6)", "GB/T 2260"),
        ("44010351000000000001", "type 000 (digits 11–13)", "131 or 132"),
        ("44010351001100000001", "type 110 (digits 11–13)", "types begin at 111"),
    ],
)
def test_what_is_no_identifier_is_refused_with_position_value_and_remedy(
    text: str, problem: str, remedy: str
) -> None:
    with pytest.raises(BadInputError) as caught:
        parse(text, Edition.E2022)
    assert problem in str(caught.value)
    assert remedy in caught.value.text()
    assert caught.value.field == "gb28181_id"
    assert caught.value.value == text


def test_doubts_name_the_digits_but_refuse_nothing() -> None:
    reserved = parse("44010351601190000001", Edition.E2022).doubts()
    assert [d.field for d in reserved] == ["industry", "type"]
    assert "60 (digits 9–10) is not assigned by GB/T 28181-2022" in str(reserved[0])
    assert "119 (digits 11–13)" in str(reserved[1])
    assert [d.field for d in parse("44010351001319000001", Edition.E2016).doubts()] == ["network"]
    assert parse("44010351001320000001", Edition.E2016).doubts() == ()


def test_an_identifier_of_another_kind_of_device_is_a_doubt() -> None:
    panel = parse("44010351001170000001", Edition.E2016)
    assert panel.doubts({"117"}) == ()
    (doubt,) = panel.doubts({"131", "132"})
    assert "type 117 (digits 11–13) is none of 131, 132" in str(doubt)


def test_a_device_without_a_serial_number_is_a_doubt_and_a_server_is_not() -> None:
    assert [d.field for d in parse("44010351001320000000", Edition.E2016).doubts()] == ["serial"]
    assert parse("44010300002000000000", Edition.E2016).doubts() == ()


def test_building_from_fields() -> None:
    camera = build(
        region="440103",
        unit="51",
        industry="00",
        type_code="132",
        network="0",
        serial=1,
        edition=Edition.E2022,
    )
    assert str(camera) == "44010351001320000001"
    assert camera.edition is Edition.E2022


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("region", "4401"),
        ("unit", "5"),
        ("industry", "0x"),
        ("type_code", "13"),
        ("network", ""),
        ("serial", 1_000_000),
        ("serial", -1),
        ("serial", "٠٠٠٠٠١"),
    ],
)
def test_a_field_that_does_not_fit_is_named(field: str, value: object) -> None:
    given: dict[str, object] = {
        "region": "440103",
        "unit": "51",
        "industry": "00",
        "type_code": "132",
        "network": "0",
        "serial": 1,
        field: value,
    }
    with pytest.raises(BadInputError) as caught:
        build(**given, edition=Edition.E2022)  # type: ignore[arg-type]
    assert caught.value.field == field


@given(identifiers, editions)
def test_the_parts_of_every_identifier_are_its_digits_in_order(text: str, edition: Edition) -> None:
    parsed = parse(text, edition)
    parts = parsed.parts()
    assert "".join(p.digits for p in parts) == text
    assert [p.first for p in parts] == [1, *(p.last + 1 for p in parts[:-1])]
    assert all(p.meaning.zh and p.meaning.en for p in parts)
    rebuilt = build(
        region=text[:6],
        unit=parsed.digits(Field.UNIT),
        industry=parsed.digits(Field.INDUSTRY),
        type_code=parsed.type_code,
        network=parsed.digits(Field.NETWORK),
        serial=parsed.digits(Field.SERIAL),
        edition=edition,
    )
    assert rebuilt == parsed


@given(st.text(max_size=24), editions)
def test_no_text_does_worse_than_a_clear_refusal(text: str, edition: Edition) -> None:
    try:
        parsed = parse(text, edition)
    except BadInputError:
        return
    assert parsed.text == text


def test_every_code_of_every_edition_has_a_meaning_where_the_tables_reach() -> None:
    for edition in Edition:
        assert all(codes.industry(f"{n:02d}", edition) for n in range(100))
        assert all(codes.device_type(f"{n:03d}", edition) for n in range(111, 1000))
        assert all(codes.network(str(n), edition) for n in range(10))
        assert codes.device_type("110", edition) is None
