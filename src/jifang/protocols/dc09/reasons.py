"""Why a frame is refused or remarkable, in words for the engineer who has the installer on the phone."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Reason(StrEnum):
    """Machine-readable reason. The value is stored and printed; `explain` gives the sentence."""

    NOT_A_FRAME = "not_a_frame"
    MALFORMED = "malformed"
    CRC_MISMATCH = "crc_mismatch"
    LENGTH_MISMATCH = "length_mismatch"
    UNKNOWN_TOKEN = "unknown_token"  # noqa: S105
    ACCOUNT_REFUSED = "account_refused"
    CLEAR_FROM_KEYED_ACCOUNT = "clear_from_keyed_account"
    KEY_NEEDED = "key_needed"
    WRONG_KEY = "wrong_key"
    TIMESTAMP_MISSING = "timestamp_missing"
    TIMESTAMP_OUTSIDE_WINDOW = "timestamp_outside_window"
    UNSUPPORTED_HANDSHAKE = "unsupported_handshake"
    ATS_HEARTBEAT = "ats_heartbeat"
    SUR_GARD_LINE = "sur_gard_line"
    TLS_HANDSHAKE = "tls_handshake"
    HTTP_REQUEST = "http_request"


_TEXTS: Final[dict[Reason, tuple[str, str]]] = {
    Reason.NOT_A_FRAME: (
        "Not a DC-09 frame: no line feed, CRC, length and quoted identifier. Set the panel to SIA DC-09.",
        "不是 DC-09 帧：没有换行符、CRC、长度和带引号的标识。请将主机设为 SIA DC-09 协议。",
    ),
    Reason.MALFORMED: (
        'CRC and length are right, but after the identifier there is no 4-digit sequence or no "[".',
        "CRC 和长度正确，但标识之后没有 4 位序号，或没有“[”。",
    ),
    Reason.CRC_MISMATCH: (
        "The CRC does not fit the bytes received: line noise, a cut frame, or the panel uses another CRC.",
        "CRC 与收到的字节不符：线路干扰、帧被截断，或主机使用了其他 CRC。",
    ),
    Reason.LENGTH_MISMATCH: (
        "The length field does not fit the bytes received, although the CRC does: a fault of the panel's "
        "firmware.",
        "长度字段与收到的字节不符，而 CRC 正确：主机固件错误。",
    ),
    Reason.UNKNOWN_TOKEN: (
        "The identifier is none of ADM-CID, SIA-DCS and NULL. Choose Contact ID or SIA in the panel.",
        "标识不是 ADM-CID、SIA-DCS 或 NULL。请在主机中选择 Contact ID 或 SIA。",
    ),
    Reason.ACCOUNT_REFUSED: (
        "This receiver takes registered accounts only. Register the account or correct it in the panel.",
        "本接收端口只接受已登记的账号。请登记该账号，或在主机中更正。",
    ),
    Reason.CLEAR_FROM_KEYED_ACCOUNT: (
        "The account has a key, but the frame came unencrypted. Switch encryption on in the panel, or allow "
        "clear frames for a period.",
        "该账号已有密钥，但帧未加密。请在主机中启用加密，或在限定期限内允许明文。",
    ),
    Reason.KEY_NEEDED: (
        "The frame is encrypted and no key is known for the account.",
        "帧已加密，而该账号没有密钥。",
    ),
    Reason.WRONG_KEY: (
        "Decryption gives no readable frame: the key differs (hexadecimal or ASCII entry mixed up?) or the "
        "cipher is not AES-CBC.",
        "解密后得不到可读的帧：密钥不一致（是否混淆了十六进制与 ASCII 输入？），或不是 AES-CBC。",
    ),
    Reason.TIMESTAMP_MISSING: (
        "The key fits, but the encrypted frame has no timestamp, so a recorded frame could be replayed. "
        "Switch timestamps on in the panel, or set the account's time policy to off.",
        "密钥正确，但加密帧没有时间戳，可能被录制重放。请在主机中启用时间戳，或将该账号的时间策略设为关闭。",
    ),
    Reason.TIMESTAMP_OUTSIDE_WINDOW: (
        "The panel's clock is more than 40 s behind or 20 s ahead. It is told the right time; if it goes on, "
        "it sends local time: set the account's time policy.",
        "主机时钟慢 40 秒以上或快 20 秒以上。已回复正确时间；"
        "若仍持续，说明主机发送当地时间：请设置该账号的时间策略。",
    ),
    Reason.UNSUPPORTED_HANDSHAKE: (
        "The panel asks for a key exchange (extended data K). It is not supported: enter the key by hand.",
        "主机请求密钥交换（扩展数据 K）。不支持该握手：请手工录入密钥。",
    ),
    Reason.ATS_HEARTBEAT: (
        "Heartbeat of an ATS/Aritech panel in its own protocol. Set the panel to SIA DC-09.",
        "ATS/Aritech 主机的自有协议心跳。请将主机设为 SIA DC-09 协议。",
    ),
    Reason.SUR_GARD_LINE: (
        "Line of a Sur-Gard receiver (MLR2). It needs the port for hardware receivers, not this one.",
        "Sur-Gard（MLR2）接收机的数据行。应接入硬件接收机端口，而不是本端口。",
    ),
    Reason.TLS_HANDSHAKE: (
        "The panel opens a TLS connection on a port without TLS.",
        "主机在未启用 TLS 的端口上发起了 TLS 连接。",
    ),
    Reason.HTTP_REQUEST: (
        "A browser or scanner speaks HTTP to the alarm port.",
        "浏览器或扫描器在报警端口上使用了 HTTP。",
    ),
}


def explain(reason: Reason, language: str = "zh") -> str:
    """The sentence for a reason, in ``zh`` (default) or ``en``."""
    english, chinese = _TEXTS[reason]
    return english if language == "en" else chinese
