"""pysiaalarm's asyncio server as it is meant to be used: it acknowledges, then calls back with the event."""

import asyncio
import sys

from pysiaalarm import SIAAccount
from pysiaalarm.aio import SIAClient


async def main(port: int, accounts: list[str]) -> None:
    """Serve until killed. The callback keeps the event in memory: cheaper than any storing."""
    events = []

    async def store(event: object) -> None:
        events.append(event)

    client = SIAClient("127.0.0.1", port, [SIAAccount(account) for account in accounts], function=store)
    async with client:
        print("ready", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    first, count = int(sys.argv[2]), int(sys.argv[3])
    asyncio.run(main(int(sys.argv[1]), [f"{first + number:X}" for number in range(count)]))
