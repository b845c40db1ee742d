"""Search: the database makes the pairs that the kernel asks for, and the best answers come first."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jifang.kernel.bigrams import bigrams
from jifang.registry.models import Device, Point, Site
from jifang.registry.searches import SEARCHES
from tests.fixtures import World
from tests.registry.seed import CAMERA_ID, plant, site

LETTERS = st.text(
    alphabet=st.sampled_from("银行东门3号楼ABcdeZ09 -·,，。（）、/#〇Ａ１ｂ①é\t—…龥㐀"),
    min_size=0,
    max_size=40,
)


@pytest.mark.django_db
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LETTERS)
def test_the_database_makes_the_pairs_of_the_kernel(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT registry_bigrams(%s)", [text])
        made = cursor.fetchone()[0]
    assert sorted(set(made)) == bigrams(text)


def test_the_whole_code_comes_first_then_the_beginning_of_a_name(world: World) -> None:
    site(world, "X1", "解放路银行")
    beginning = site(world, "X2", "银行总部")
    site(world, "X3", "学校", address="银行街1号")
    exact = site(world, "YH", "学校")
    search = SEARCHES[Site]
    found = search.best(Site.objects.all(), "银行")
    assert [row.code for row in found] == ["X2", "X1", "X3"]
    assert found[0] == beginning
    assert search.best(Site.objects.all(), "yh")[0] == exact


def test_a_name_is_found_by_its_initials_and_after_a_change(world: World) -> None:
    made = site(world, "X1", "重庆银行")
    search = SEARCHES[Site]
    assert search.best(Site.objects.all(), "cqyh") == [made]
    Site.objects.filter(pk=made.pk).update(name="长安学校")
    assert search.best(Site.objects.all(), "长安学校") == [made]
    assert not search.best(Site.objects.all(), "重庆银行")


def test_devices_are_found_by_id_and_points_by_words(world: World) -> None:
    planted = plant(world)
    assert SEARCHES[Device].best(Device.objects.all(), CAMERA_ID[:13]) == [planted.camera]
    assert SEARCHES[Point].best(Point.objects.all(), "红外 金库") == [planted.zone]
    assert not SEARCHES[Point].best(Point.objects.all(), CAMERA_ID)


def test_nothing_asked_is_everything(world: World) -> None:
    made = site(world, "X1")
    assert list(SEARCHES[Site].restrict(Site.objects.all(), " —… ")) == [made]
