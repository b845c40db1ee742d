"""Every process killed once under load: every acknowledged signal is there, exactly once, in order.

The long run is `make soak-alarm`.
"""

import pytest
from alarm_place import Place, free_port
from alarm_rounds import FIRST, Rounds

PANELS = 6


@pytest.mark.parametrize("rounds", [4])
def test_nothing_acknowledged_is_lost_or_doubled(rounds: int) -> None:
    place = Place(free_port())
    try:
        place.enrol(FIRST, PANELS)
        count = Rounds(place, PANELS).run(rounds)
    finally:
        place.close()
    assert (count.lost, count.doubled, count.out_of_order) == (0, 0, 0)
    assert count.acknowledged == count.sent == count.stored
    # The kills did hit: frames were on the way and had to be sent again.
    assert count.repeated > 0
