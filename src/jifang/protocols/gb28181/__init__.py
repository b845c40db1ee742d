"""GB/T 28181, the protocol of Chinese video networks: everything above SIP, without I/O and without a clock.

- `read_body(bytes) -> Received` (never raises), `build_body(Message, Profile) -> bytes`: MANSCDP;
  the messages are dataclasses in `messages`, their parts in `items`, times are UTC inside
- `Profile`, `profile_of(version)`: editions of 2011, 2016 and 2022 by ``X-GB-Ver``
- `read_identifier(text)`: the 20 digits explained
- `catalog.Catalog`: two-phase catalog, never wiped; `paging.Pages`: any answer in pages
- `liveness.Liveness`: online or not, with hysteresis; `subscription.Subscription`
- `ptz`: the 16 digits; `alarms.meaning`; `playback`: control of playback in INFO
- `media`: session descriptions with ``y=`` and ``f=``; `leases`: SSRC and port pools with quarantine,
  `leases.SsrcLatch`: which SSRC a call really has
"""

from jifang.protocols.gb28181.catalog import Catalog, Change
from jifang.protocols.gb28181.identifiers import Identifier, read_identifier
from jifang.protocols.gb28181.leases import ExhaustedError, Pool, SsrcLatch, SsrcPool, Verdict
from jifang.protocols.gb28181.liveness import Liveness
from jifang.protocols.gb28181.manscdp import CONTENT_TYPE, Received, build_body, read_body
from jifang.protocols.gb28181.media import (
    Format,
    Offer,
    Purpose,
    Transport,
    build_offer,
    read_format,
    read_offer,
)
from jifang.protocols.gb28181.messages import MESSAGES, Message
from jifang.protocols.gb28181.paging import Outcome, Pages
from jifang.protocols.gb28181.playback import PlaybackControl, build_control, read_control
from jifang.protocols.gb28181.profile import PROFILES, Edition, Profile, profile_of
from jifang.protocols.gb28181.reasons import Reason, explain
from jifang.protocols.gb28181.subscription import Subscription, Topic

__all__ = [
    "CONTENT_TYPE",
    "MESSAGES",
    "PROFILES",
    "Catalog",
    "Change",
    "Edition",
    "ExhaustedError",
    "Format",
    "Identifier",
    "Liveness",
    "Message",
    "Offer",
    "Outcome",
    "Pages",
    "PlaybackControl",
    "Pool",
    "Profile",
    "Purpose",
    "Reason",
    "Received",
    "SsrcLatch",
    "SsrcPool",
    "Subscription",
    "Topic",
    "Transport",
    "Verdict",
    "build_body",
    "build_control",
    "build_offer",
    "explain",
    "profile_of",
    "read_body",
    "read_control",
    "read_format",
    "read_identifier",
    "read_offer",
]
