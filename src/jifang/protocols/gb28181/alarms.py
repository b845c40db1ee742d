"""What alarm methods and types mean (2016 annex A.2.5 b, 2022 A.2.5.3)."""

from __future__ import annotations

from typing import Final

METHODS: Final[dict[int, tuple[str, str]]] = {
    1: ("telephone alarm", "电话报警"),
    2: ("device alarm", "设备报警"),
    3: ("text message alarm", "短信报警"),
    4: ("GPS alarm", "GPS 报警"),
    5: ("video alarm", "视频报警"),
    6: ("device fault alarm", "设备故障报警"),
    7: ("other alarm", "其他报警"),
}
TYPES: Final[dict[tuple[int, int], tuple[str, str]]] = {
    (2, 1): ("video lost", "视频丢失报警"),
    (2, 2): ("device opened (tamper)", "设备防拆报警"),
    (2, 3): ("storage full", "存储设备磁盘满报警"),
    (2, 4): ("temperature high", "设备高温报警"),
    (2, 5): ("temperature low", "设备低温报警"),
    (5, 1): ("manual video alarm", "人工视频报警"),
    (5, 2): ("moving object", "运动目标检测报警"),
    (5, 3): ("object left behind", "遗留物检测报警"),
    (5, 4): ("object removed", "物体移除检测报警"),
    (5, 5): ("line crossed", "绊线检测报警"),
    (5, 6): ("intrusion", "入侵检测报警"),
    (5, 7): ("wrong direction", "逆行检测报警"),
    (5, 8): ("loitering", "徘徊检测报警"),
    (5, 9): ("flow counted", "流量统计报警"),
    (5, 10): ("crowd density", "密度检测报警"),
    (5, 11): ("video abnormal", "视频异常检测报警"),
    (5, 12): ("fast movement", "快速移动报警"),
    (5, 13): ("picture covered", "图像遮挡报警"),
    (6, 1): ("storage fault", "存储设备磁盘故障报警"),
    (6, 2): ("fan fault", "存储设备风扇故障报警"),
}


def meaning(method: int | None, kind: int | None, language: str = "zh") -> str:
    """What an alarm of this method and type is, in ``zh`` (default) or ``en``; never empty."""
    found = TYPES.get((method or 0, kind or 0)) or METHODS.get(method or 0)
    english, chinese = found or ("alarm of unknown method", "未知方式的报警")
    return english if language == "en" else chinese
