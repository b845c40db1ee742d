"""Code tables of GB/T 28181 identifiers: industry, type and network, as data, by edition.

The editions of 2011 and 2016 share one list, 2022 has another; codes that mean the same stand once. The
annex text itself was not at hand: each list is what several independent implementations agree on, and is to
be compared with the standard before a verdict rests on it. Ranges called an extension are the
operator's to use; ``RESERVED`` is what the standard keeps for itself.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Edition(StrEnum):
    """The edition of GB/T 28181 under which an identifier was given."""

    E2011 = "2011"
    E2016 = "2016"
    E2022 = "2022"


class Label(NamedTuple):
    """A term in Chinese and in English."""

    zh: str
    en: str


RESERVED = Label("预留", "reserved")
UNDEFINED = Label("未定义", "not defined")
NOT_NAMED = Label("未细分", "not subdivided")

_INDUSTRIES_COMMON = {
    "00": Label("社会治安路面接入", "public security, roads and public areas"),
    "01": Label("社会治安社区接入", "public security, communities"),
    "02": Label("社会治安内部接入", "public security, police premises"),
    "03": Label("社会治安其他接入", "public security, other"),
    "04": Label("交通路面接入", "traffic, roads"),
    "05": Label("交通卡口接入", "traffic, checkpoints"),
    "06": Label("交通内部接入", "traffic, premises"),
    "07": Label("交通其他接入", "traffic, other"),
    "08": Label("城市管理接入", "city management"),
    "09": Label("卫生环保接入", "health and environment"),
    "10": Label("商检海关接入", "inspection and customs"),
    "11": Label("教育部门接入", "education authorities"),
}
INDUSTRIES_UNTIL_2016: dict[str, Label] = {
    **_INDUSTRIES_COMMON,
    "40": Label("农林牧渔业接入", "agriculture, forestry, fishing"),
    "41": Label("采矿企业接入", "mining"),
    "42": Label("制造企业接入", "manufacturing"),
    "43": Label("冶金企业接入", "metallurgy"),
    "44": Label("电力企业接入", "electric power"),
    "45": Label("燃气企业接入", "gas supply"),
    "46": Label("建筑企业接入", "construction"),
    "47": Label("物流企业接入", "logistics"),
    "48": Label("邮政企业接入", "post"),
    "49": Label("信息企业接入", "information services"),
    "50": Label("住宿和餐饮业接入", "hotels and catering"),
    "51": Label("金融企业接入", "finance"),
    "52": Label("房地产业接入", "real estate"),
    "53": Label("商务服务业接入", "business services"),
    "54": Label("水利企业接入", "water management"),
    "55": Label("娱乐企业接入", "entertainment"),
}
INDUSTRIES_2022: dict[str, Label] = {
    **_INDUSTRIES_COMMON,
    "12": Label("民航接入", "civil aviation"),
    "13": Label("铁路接入", "railways"),
    "14": Label("航运接入", "shipping"),
    "40": Label("农、林、牧、渔业接入", "agriculture, forestry, fishing"),
    "41": Label("采矿业接入", "mining"),
    "42": Label("制造业接入", "manufacturing"),
    "43": Label("电力、热力、燃气及水生产和供应业接入", "power, heat, gas and water supply"),
    "44": Label("建筑业接入", "construction"),
    "45": Label("批发和零售业接入", "wholesale and retail"),
    "46": Label("交通运输、仓储和邮政业接入", "transport, storage and post"),
    "47": Label("住宿和餐饮业接入", "hotels and catering"),
    "48": Label("信息传输、软件和信息技术服务业接入", "information technology"),
    "49": Label("金融业接入", "finance"),
    "50": Label("房地产业接入", "real estate"),
    "51": Label("租赁和商务服务业接入", "leasing and business services"),
    "52": Label("科学研究和技术服务业接入", "research and technical services"),
    "53": Label("水利、环境和公共设施管理业接入", "water, environment and public facilities"),
    "54": Label("居民服务、修理和其他服务业接入", "household, repair and other services"),
    "55": Label("教育接入", "education"),
    "56": Label("卫生和社会工作接入", "health and social work"),
    "57": Label("文化、体育和娱乐业接入", "culture, sports and entertainment"),
    "58": Label("公共管理、社会保障和社会组织接入", "public administration and social organisations"),
    "59": Label("国际组织接入", "international organisations"),
}
_INDUSTRY_RANGES = (
    ("00", "39", RESERVED),
    ("40", "79", RESERVED),
    ("80", "89", Label("居民自建接入", "residents' own systems")),
    ("90", "99", Label("其他主体接入", "other owners")),
)

_TYPES_COMMON = {
    "111": Label("数字视频录像机（DVR）", "digital video recorder (DVR)"),
    "112": Label("视频服务器", "video server"),
    "113": Label("编码器", "encoder"),
    "114": Label("解码器", "decoder"),
    "115": Label("视频切换矩阵", "video matrix"),
    "116": Label("音频切换矩阵", "audio matrix"),
    "117": Label("报警控制器", "alarm control panel"),
    "118": Label("网络视频录像机（NVR）", "network video recorder (NVR)"),
    "130": Label("混合硬盘录像机（HVR）", "hybrid video recorder (HVR)"),
    "131": Label("摄像机", "camera"),
    "132": Label("网络摄像机（IPC）", "network camera (IPC)"),
    "133": Label("显示器", "monitor"),
    "134": Label("报警输入设备", "alarm input device (detector)"),
    "135": Label("报警输出设备", "alarm output device (siren, light)"),
    "136": Label("语音输入设备", "audio input device"),
    "137": Label("语音输出设备", "audio output device"),
    "138": Label("移动传输设备", "mobile transmission device"),
    "139": Label("其他外围设备", "other peripheral device"),
    "200": Label("中心信令控制服务器", "central signalling server"),
    "201": Label("Web应用服务器", "web application server"),
    "202": Label("媒体分发服务器", "media distribution server"),
    "203": Label("代理服务器", "proxy server"),
    "204": Label("安全服务器", "security server"),
    "205": Label("报警服务器", "alarm server"),
    "206": Label("数据库服务器", "database server"),
    "207": Label("GIS服务器", "GIS server"),
    "208": Label("管理服务器", "management server"),
    "209": Label("接入网关", "access gateway"),
    "210": Label("媒体存储服务器", "media storage server"),
    "211": Label("信令安全路由网关", "secure signalling gateway"),
    "215": Label("业务分组", "business group"),
    "216": Label("虚拟组织", "virtual organisation"),
    "300": Label("中心用户", "centre user"),
    "400": Label("终端用户", "terminal user"),
    "500": Label("视频图像信息综合应用平台", "image information application platform"),
    "501": Label("视频图像信息运维管理平台", "image system maintenance platform"),
}
TYPES_UNTIL_2016: dict[str, Label] = dict(_TYPES_COMMON)
TYPES_2022: dict[str, Label] = {
    **_TYPES_COMMON,
    "119": RESERVED,
    "120": Label("在线视频图像信息采集系统", "online image capture system"),
    "121": Label("视频卡口", "video checkpoint"),
    "122": Label("多目设备", "multi-lens device"),
    "123": Label("停车场出入口控制设备", "car park access control device"),
    "124": Label("人员出入口控制设备", "personnel access control device"),
    "125": Label("安检设备", "security screening device"),
    "140": Label("报警输出设备（继电器、触发器）", "alarm output device (relay, trigger)"),
    "141": Label("道闸", "barrier gate"),
    "142": Label("智能门", "intelligent door"),
    "143": Label("凭证识别单元", "credential reader"),
    "502": Label("视频图像分析系统", "image analysis system"),
    "503": Label("视频图像信息数据库", "image information database"),
    "505": Label("视频图像分析设备", "image analysis device"),
}
PLATFORM_TYPES = frozenset(code for code in _TYPES_COMMON if "200" <= code <= "216")
_TYPE_RANGES = (
    ("111", "130", Label("扩展的前端主设备", "front-end main device, extension")),
    ("131", "199", Label("扩展的前端外围设备", "front-end peripheral device, extension")),
    ("200", "299", Label("扩展的平台设备", "platform device, extension")),
    ("300", "343", Label("行业角色用户（中心）", "centre user by role")),
    ("344", "399", Label("扩展的中心用户", "centre user, extension")),
    ("400", "443", Label("行业角色用户（终端）", "terminal user by role")),
    ("444", "499", Label("扩展的终端用户", "terminal user, extension")),
    ("500", "599", Label("扩展的平台外接服务器", "external platform server, extension")),
    ("600", "999", Label("扩展类型", "extension")),
)

_ALARM_NETWORK = Label("监控报警专网", "surveillance and alarm network")
NETWORKS_UNTIL_2016: dict[str, Label] = {
    **dict.fromkeys("01234", _ALARM_NETWORK),
    "5": Label("公安信息网", "police information network"),
    "6": Label("政务网", "government network"),
    "7": Label("Internet网", "Internet"),
    "8": Label("社会资源接入网", "network of private systems"),
    "9": RESERVED,
}
_VIDEO_NETWORK = Label("公安视频传输网", "police video network")
NETWORKS_2022: dict[str, Label] = {
    "0": _VIDEO_NETWORK,
    "1": _VIDEO_NETWORK,
    "2": Label("行业专网", "industry network"),
    "3": Label("政法信息网", "political and legal affairs network"),
    "4": Label("公安移动信息网", "police mobile network"),
    "5": Label("公安信息网", "police information network"),
    "6": Label("电子政务外网", "e-government extranet"),
    "7": Label("互联网等公共网络", "Internet and other public networks"),
    "8": Label("专线", "leased line"),
    "9": RESERVED,
}


def industry(digits: str, edition: Edition) -> Label | None:
    """Meaning of digits 9–10; ``RESERVED`` for a free code."""
    table = INDUSTRIES_2022 if edition is Edition.E2022 else INDUSTRIES_UNTIL_2016
    return table.get(digits) or _in_range(digits, _INDUSTRY_RANGES)


def device_type(digits: str, edition: Edition) -> Label | None:
    """Meaning of digits 11–13; ``RESERVED`` for a free code, None below 111."""
    table = TYPES_2022 if edition is Edition.E2022 else TYPES_UNTIL_2016
    return table.get(digits) or _in_range(digits, _TYPE_RANGES)


def network(digits: str, edition: Edition) -> Label | None:
    """Meaning of digit 14."""
    return (NETWORKS_2022 if edition is Edition.E2022 else NETWORKS_UNTIL_2016).get(digits)


def _in_range(digits: str, ranges: tuple[tuple[str, str, Label], ...]) -> Label | None:
    return next((label for low, high, label in ranges if low <= digits <= high), None)
