"""100 rounds of kill -9 on gateway, worker, web and database under load (`JIFANG_SOAK_ROUNDS`)."""

import os
import sys

from alarm_place import Place, free_port
from alarm_rounds import FIRST, Rounds


def main() -> int:
    """Run; status 1 when anything was lost, doubled or out of order."""
    place = Place(free_port())
    try:
        place.enrol(FIRST, 12)
        count = Rounds(place, 12).run(int(os.environ.get("JIFANG_SOAK_ROUNDS", "100")))
    finally:
        place.close()
    for name, value in vars(count).items():
        print(f"soak.alarm.{name}: {value}")
    return 1 if count.lost or count.doubled or count.out_of_order else 0


if __name__ == "__main__":
    sys.exit(main())
