"""Region codes: GB/T 2260 and the areas of police stations below a county."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jifang.kernel import regions
from jifang.kernel.errors import BadInputError
from jifang.kernel.regions import Level

codes = st.builds(
    lambda province, city, county, station: province + city + county + station,
    st.sampled_from(sorted(regions.PROVINCES)),
    st.integers(1, 99).map(lambda n: f"{n:02d}"),
    st.integers(0, 99).map(lambda n: f"{n:02d}"),
    st.just("") | st.integers(1, 999_999).map(lambda n: f"{n:06d}"),
).filter(lambda code: not (len(code) == 12 and code[4:6] == "00"))


@pytest.mark.parametrize(
    ("code", "level", "parent", "path", "prefix"),
    [
        ("440000", Level.PROVINCE, None, "440000/", "44"),
        ("440100", Level.CITY, "440000", "440000/440100/", "4401"),
        ("440103", Level.COUNTY, "440100", "440000/440100/440103/", "440103"),
        ("440103510000", Level.STATION, "440103", "440000/440100/440103/440103510000/", "440103510000"),
        ("110101", Level.COUNTY, "110100", "110000/110100/110101/", "110101"),
    ],
)
def test_level_parent_path_and_prefix(
    code: str, level: Level, parent: str | None, path: str, prefix: str
) -> None:
    assert regions.level_of(code) is level
    assert regions.parent_of(code) == parent
    assert regions.path_of(code) == path
    assert regions.prefix_of(code) == prefix


@given(codes, codes)
def test_within_means_the_same_by_ancestors_by_path_and_by_prefix(a: str, b: str) -> None:
    by_ancestors = a == b or b in regions.ancestors(a)
    assert regions.is_within(a, b) == by_ancestors
    assert regions.path_of(a).startswith(regions.path_of(b)) == by_ancestors


@given(codes)
def test_every_region_lies_within_each_of_its_ancestors(code: str) -> None:
    chain = [*regions.ancestors(code), code]
    assert all(regions.is_within(code, region) for region in chain)
    assert [regions.level_of(region) for region in chain] == list(Level)[: len(chain)]
    assert all(regions.parent_of(b) == a for a, b in itertools.pairwise(chain))


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("", "not a region code"),
        ("4401", "not a region code"),
        ("44010a", "not a region code"),
        ("４４0103", "not a region code"),
        ("440103510", "not a region code"),
        ("990000", "digits 99"),
        ("440003", "county without a city"),
        ("440103000000", "no police station"),
        ("440100510000", "no police station"),
    ],
)
def test_what_is_no_region_is_refused_with_field_and_remedy(code: str, said: str) -> None:
    with pytest.raises(BadInputError, match=said) as caught:
        regions.validate(code, field="site.region")
    assert caught.value.field == "site.region"
    assert caught.value.value == code
    assert not regions.PROVINCES.keys() & {code[:2]} or "igit" in caught.value.text()


def test_all_34_provinces_have_a_name_in_both_languages() -> None:
    assert len(regions.PROVINCES) == 34
    assert regions.province_name("440103") == ("广东省", "Guangdong")
    assert all(zh and en.isascii() for zh, en in regions.PROVINCES.values())
