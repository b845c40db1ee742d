"""Frames whose CRC and length were recomputed, from public tests and logs, with what they say.

LF and CR are left out here. Keys are public test keys.
"""

from typing import Final, NamedTuple

STANDARD_KEY: Final = bytes.fromhex("0123456789ABCDEF0123456789ABCDEF")
AJAX_KEY: Final = b"AAAAAAAAAAAAAAAA"


class Vector(NamedTuple):
    """A clear frame and what it must read as: events are (code, qualifier, area, zone, user, class)."""

    frame: bytes
    token: bytes
    sequence: bytes
    receiver: bytes | None
    line: bytes | None
    account: str | None
    events: tuple[tuple[str, str, int | None, int | None, int | None, str], ...]
    ack: bytes
    """Body of the answer; empty for silence."""


CLEAR: Final = (
    Vector(
        b'CE110032"SIA-DCS"9876R579BDFL789ABC#12345A[#12345A|NFA129]',
        b"SIA-DCS",
        b"9876",
        b"579BDF",
        b"789ABC",
        "12345A",
        (("FA", "1", None, 129, None, "fire"),),
        b'"ACK"9876R579BDFL789ABC#12345A[]',
    ),
    Vector(
        b'87CD0037"ADM-CID"9876R579BDFL789ABC#12345A[#12345A|1110 00 129]',
        b"ADM-CID",
        b"9876",
        b"579BDF",
        b"789ABC",
        "12345A",
        (("110", "1", 0, 129, None, "fire"),),
        b'"ACK"9876R579BDFL789ABC#12345A[]',
    ),
    Vector(
        b'CA2F0038"NULL"0000L0#7890[#0000|0000 00 000]_22:13:29,12-29-2022',
        b"NULL",
        b"0000",
        None,
        b"0",
        "7890",
        (),
        b'"ACK"0000L0#7890[]',
    ),
    Vector(
        b'43580023"SIA-DCS"0084L0#AAA[#AAA|Nri1/XC12]',
        b"SIA-DCS",
        b"0084",
        None,
        b"0",
        "AAA",
        (("XC", "3", 1, 12, None, "technical"),),
        b'"ACK"0084L0#AAA[]',
    ),
    Vector(
        b'73580056"SIA-DCS"0002R1L232#78919[#78919|Nri1/BA012][X012W34.1][Y045N12.2]_14:12:04,09-25-2026',
        b"SIA-DCS",
        b"0002",
        b"1",
        b"232",
        "78919",
        (("BA", "1", 1, 12, None, "burglary"),),
        b'"ACK"0002R1L232#78919[]',
    ),
    Vector(
        b'F4D20029"SIA-DCS"0001RF3L77#1234[#1234|NRR|Atest]',
        b"SIA-DCS",
        b"0001",
        b"F3",
        b"77",
        "1234",
        (("RR", "1", None, None, None, "technical"),),
        b'"ACK"0001RF3L77#1234[]',
    ),
    Vector(
        b'96ED0016"SIA-DCS"0001L0#1234[]',
        b"SIA-DCS",
        b"0001",
        None,
        b"0",
        "1234",
        (),
        b'"ACK"0001L0#1234[]',
    ),
    Vector(
        b'E4410025"NAK"0000R0L0A0[]_16:20:01,09-24-2025',
        b"NAK",
        b"0000",
        b"0",
        b"0",
        None,
        (),
        b"",
    ),
    Vector(
        b'3BAC0029"SIA-DCS"0002#0123[#0123|Nti20:50:26RP99]',
        b"SIA-DCS",
        b"0002",
        None,
        None,
        "0123",
        (("RP", "1", None, 99, None, "test"),),
        b'"ACK"0002#0123[]',
    ),
    Vector(
        b'B0970029"NULL"0000L000#0809[]_21:00:01,02-20-2024',
        b"NULL",
        b"0000",
        None,
        b"000",
        "0809",
        (),
        b'"ACK"0000L000#0809[]',
    ),
    Vector(
        b'F68B003B"ADM-CID"0028L0#9757[#9757|1602 00 000]_20:59:45,02-20-2024',
        b"ADM-CID",
        b"0028",
        None,
        b"0",
        "9757",
        (("602", "1", 0, 0, None, "test"),),
        b'"ACK"0028L0#9757[]',
    ),
    Vector(
        b'B4330036"SIA-DCS"0442L000#36214[36214|NRP]_00:00:00,02-21-2024',
        b"SIA-DCS",
        b"0442",
        None,
        b"000",
        "36214",
        (("RP", "1", None, None, None, "test"),),
        b'"ACK"0442L000#36214[]',
    ),
    Vector(
        b'3F60003C"SIA-DCS"0001L0#51449[#51449|Nri0000/LR]_21:26:19,12-20-2023',
        b"SIA-DCS",
        b"0001",
        None,
        b"0",
        "51449",
        (("LR", "3", 0, None, None, "technical"),),
        b'"ACK"0001L0#51449[]',
    ),
    Vector(
        b'7B620035"SIA-DCS"0005L000#3044[3044|NOP1]_00:03:31,12-21-2023',
        b"SIA-DCS",
        b"0005",
        None,
        b"000",
        "3044",
        (("OP", "1", None, None, 1, "open_close"),),
        b'"ACK"0005L000#3044[]',
    ),
    Vector(
        b'85340035"SIA-DCS"0004L000#3044[3044|NBC1]_00:03:31,12-21-2023',
        b"SIA-DCS",
        b"0004",
        None,
        b"000",
        "3044",
        (("BC", "1", None, None, 1, "open_close"),),
        b'"ACK"0004L000#3044[]',
    ),
)

# Encrypted frames whose keys are not public: framing only.
SEALED: Final = (
    b'D0850078"*ADM-CID"6879R0L0#123F[64F7ADD9BA9377DBF2C014BC709329BEEE345B5F20C60B7EB9D2C6B8C222666B13D0B4A'
    b"114B448B0AC555FCC658DB6EE",
    b'85DF0078"*SIA-DCS"4480L0#EA1984[83F153789366885D5F83DD5A8D19F691DE6602D5D71342E244C040C5D10D890404440683'
    b"12750F38DF7E63AD3DE8AD5A",
    b'021A0078"*SIA-DCS"0764L0#EA1984[E759F1FE2FDBAF5B30AED69378DF87CF9DA82AA9292D0661E3EBA6DF2AD55AEA4D91968E'
    b"E8460EC206B8AEAD69B33BCB",
)

AJAX_NULL: Final = (
    b'76D80055"*NULL"0000R0L0#AAAB[B4BC8B40D0E6D959D6BEA78E88CC0B2155741A3C44FBB96D476A3E557CAD64D9'
)
AJAX_FULL_PAD: Final = (
    b'05BB0076"*SIA-DCS"7654L0#1111[C07DA1EB73C617857476EE5D79436CEE5E0084485E79EC56B0D5D1F3F6E648B278050BBCCB'
    b"C8FE5DCA7E3C80DBDD4945"
)
STANDARD_PLAIN: Final = b"ppppppppppppp|12345A|NFA129]_13:14:15,02-15-2006"
STANDARD_CIPHER: Final = (
    b"209c9d400b655df7a26aecb6a887e7ee6ed8103217079aae7cbd9dd7551e96823263460f7ef0514864897ae9789534f1"
)
STANDARD_LOWER: Final = b'D9760084"*SIA-DCS"9876R579BDFL789ABC#12345A[' + STANDARD_CIPHER
STANDARD_UPPER: Final = b'AD930084"*SIA-DCS"9876R579BDFL789ABC#12345A[' + STANDARD_CIPHER.upper()
STANDARD_ACK: Final = (
    b'9EB80060"*ACK"9876R579BDFL789ABC#12345A['
    b"A29AB8C635FB57B7B6F803B1BB281213F78EEE4B3F52422E491FD3FE05678564"
)
STANDARD_NULL: Final = (
    b'778F0057"*NULL"0000R0L0#12345A[B44529DAAD626B097D00C0D3619BCE11B85DE9EC4891A91597342127457D395D'
)
BARE_LINE: Final = b'BB86002C"NULL"0001L#7303658550[]_15:39:38,06-07-2019'
BARE_LINE_ACK: Final = b'C0E40017"ACK"0001L#7303658550[]'
NO_ACCOUNT: Final = b'9F0D001A"SIA-DCS"0001L[#9999|NBA2]'
STANDARD_CLEAR_ACK: Final = b'1B990020"ACK"9876R579BDFL789ABC#12345A[]'
EXTENDED_ACK: Final = b'0AFE0017"ACK"0002R1L232#78919[]'
DUH: Final = b'BB100020"DUH"9876R579BDFL789ABC#12345A[]'
NAK: Final = b'422E0025"NAK"0000R0L0A0[]_14:12:04,09-25-2011'

# CRC right, length wrong, with the length that would be right.
WRONG_LENGTH: Final = (
    (b'57150047"ADM-CID"0247R4F39L4F39#4F39[#4F39|3401 01 057]', 0x2F),
    (b'97F90078"SIA-DCS"6002L0#AAA[|Nri2/JC12]_12:58:23,09-15-2021', 0x33),
    (b'87570078"SIA-DCS"6002L0#AAA[|Nri1/CL501][M0026B9E4268B]_14:12:04,09-25-2019', 0x43),
    (b'02310052"SIA-DCS"6002L0#1111[|Nri1/RP000][KAAAAAAAAAAAAAAAA]_14:12:04,09-25-2019', 0x48),
    (
        b'5B090059"SIA-DCS"0004L0#1111[#1111|Nri1/PA501][X006E07.7777777][Y49N06.6666666]_20:45:46,04-22-2021',
        0x5B,
    ),
    (b'E5D50078"SIA-DCS"6002L0#AAA[|Nri1/CL501]_14:12:04,09-25-2019', 0x34),
)

# Both wrong, with the right ones where they are known.
BOTH_WRONG: Final = (
    (b'90820051"SIA-DCS"4738R0001L0001[#006969|Nri04/OP001NM]', None),
    (b'1908002B"SIA-DCS"0000L0#3080[#3080|Nti19:44/id1/ri4/RP]', b"F9FF002F"),
    (b'5C3A0032"ADM-CID"0043L0#5101[#5101|1401 01 003]_18:27:41,09-21-2026', b"A3B7003B"),
    (b'01010034"ADM-CID"0005RABCDLDEAD[#005412|1150 04 261]', b"3FA6002C"),
)

CYRILLIC: Final = (
    (b"A7FB0046", "utf-8"),
    (b"00220041", "cp1251"),
)
CYRILLIC_BODY: Final = '"ADM-CID"0008L0#777[#777|3401 01 501][SУлица]_09:15:28,07-03-2025'


def wire(frame: bytes) -> bytes:
    """The frame as it goes over the wire."""
    return b"\n" + frame + b"\r"


def reference_crc(body: bytes) -> int:
    """CRC-16/ARC bit by bit: polynomial 0xA001 reflected, nothing shared with the code under test."""
    crc = 0
    for byte in body:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0xA001 if crc & 1 else crc >> 1
    return crc


def sealed(body: bytes) -> bytes:
    """A body with its CRC and length, as it goes over the wire."""
    return wire(b"%04X%04X" % (reference_crc(body), len(body)) + body)


def with_length(frame: bytes, length: int) -> bytes:
    """The frame with another length field."""
    return frame[:4] + b"%04X" % length + frame[8:]
