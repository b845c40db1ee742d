"""Requests for the tests, as devices write them."""

from jifang.protocols.sip import Address, SipMessage, Uri, Via, make_request, parse_message

PLATFORM = Address(Uri("34020000002000000001", "3402000000"), parameters={"tag": "p1"})
DEVICE = Address(Uri("34020000001320000088", "3402000000"))
VIA = Via("UDP", "192.168.1.10", 5060, "z9hG4bKabc", 0)

REGISTER = b"""REGISTER sip:34020000002000000001@3402000000 SIP/2.0\r
Via: SIP/2.0/UDP 192.168.3.88:5060;rport;branch=z9hG4bK1371463273\r
From: <sip:34020000001320000088@3402000000>;tag=2043466181\r
To: <sip:34020000001320000088@3402000000>\r
Call-ID: 1011047669\r
CSeq: 1 REGISTER\r
Contact: <sip:34020000001320000088@192.168.3.88:5060>\r
Max-Forwards: 70\r
Expires: 3600\r
X-GB-Ver: 3.0\r
Content-Length: 0\r
\r
"""


def invite(branch: str = "z9hG4bKabc") -> SipMessage:
    via = Via("UDP", "192.168.1.10", 5060, branch, 0)
    return make_request(
        "INVITE", DEVICE.uri, via=via, sender=PLATFORM, to=DEVICE, call_id="c1", cseq=20, contact=PLATFORM.uri
    )


def options(branch: str = "z9hG4bKopt") -> SipMessage:
    via = Via("UDP", "192.168.1.10", 5060, branch, 0)
    return make_request("MESSAGE", DEVICE.uri, via=via, sender=PLATFORM, to=DEVICE, call_id="c2", cseq=1)


def register(**changes: str) -> SipMessage:
    made = parse_message(REGISTER)
    for name, value in changes.items():
        made.set(name.replace("_", "-"), value)
    return made
