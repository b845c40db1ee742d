"""Grants become one filter: what an actor sees, and what not."""

from jifang.identity.models import Account
from tests.fixtures import World, actor_of


def test_owner_and_stranger_are_apart(
    owner: Account, stranger: Account, world: World, far_world: World
) -> None:
    assert actor_of(owner).reaches[0].organisation_path == world.unit.path
    assert actor_of(stranger).reaches[0].organisation_path == far_world.unit.path
