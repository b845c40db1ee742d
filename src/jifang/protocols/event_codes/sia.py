"""SIA event codes (ANSI/SIA DC-03): meaning, class, nature, implied qualifier and what the number counts.

The zone families follow the standard's grammar (first letter the kind, second what happened) and are built
from it; every other code has a row. Codes and the meaning of their numbers: compared between the tables of
two public receivers and manuals of panels; texts are our own. Codes in ``_AJAX`` are that maker's.

SIA sends no qualifier. The one given here is the code's own meaning in Contact ID's terms: 1 something
began or a system was opened (disarmed), 3 it ended or a system was closed (armed).
"""

from __future__ import annotations

from typing import Final

from jifang.protocols.event_codes.table import Code, Concerns, EventClass, Nature, Source

_A, _R, _S = Nature.ALARM, Nature.RESTORE, Nature.STATE
_FIRE, _HOLD, _MED, _BURG = EventClass.FIRE, EventClass.HOLD_UP, EventClass.MEDICAL, EventClass.BURGLARY
_TAMP, _TECH, _OC, _TEST = EventClass.TAMPER, EventClass.TECHNICAL, EventClass.OPEN_CLOSE, EventClass.TEST
_ACC, _SUP = EventClass.ACCESS, EventClass.SUPERVISION

_CONCERNS: Final[dict[str, Concerns]] = {
    "z": Concerns.ZONE,
    "u": Concerns.USER,
    "a": Concerns.AREA,
    "d": Concerns.DOOR,
    "e": Concerns.DEVICE,
    "l": Concerns.LINE,
    "o": Concerns.OUTPUT,
    "c": Concerns.CONDITION,
    "-": Concerns.NOTHING,
}

_KINDS: Final[tuple[tuple[str, EventClass, str, str], ...]] = (
    ("B", _BURG, "Burglary", "入侵"),
    ("F", _FIRE, "Fire", "火警"),
    ("G", _FIRE, "Gas", "燃气"),
    ("H", _HOLD, "Hold-up", "劫持"),
    ("K", _FIRE, "Heat", "感温"),
    ("M", _MED, "Medical", "医疗"),
    ("P", _HOLD, "Panic", "紧急"),
    ("Q", _MED, "Emergency", "求助"),
    ("S", _FIRE, "Sprinkler", "喷淋"),
    ("T", _TAMP, "Tamper", "防拆"),
    ("U", _BURG, "Untyped zone", "未分类防区"),
    ("W", _TECH, "Water", "漏水"),
    ("Z", _TECH, "Freeze", "低温"),
)
# second letter, class (None: the kind's), nature, qualifier, English, Chinese
_HAPPENINGS: Final[tuple[tuple[str, EventClass | None, Nature, str, str, str], ...]] = (
    ("A", None, _A, "1", "alarm", "报警"),
    ("B", _TECH, _S, "1", "bypass", "旁路"),
    ("H", None, _R, "3", "alarm restored", "报警恢复"),
    ("J", _TECH, _R, "3", "trouble restored", "故障恢复"),
    ("R", None, _R, "3", "restoral", "恢复"),
    ("S", _TECH, _A, "1", "supervisory signal", "监管信号"),
    ("T", _TECH, _A, "1", "trouble", "故障"),
    ("U", _TECH, _S, "3", "bypass ended", "旁路解除"),
    ("X", _TEST, _S, "1", "test", "测试"),
)

# code, class, nature, qualifier, number, English, Chinese
_ROWS: Final[tuple[tuple[str, EventClass, Nature, str, str, str, str], ...]] = (
    ("AA", _TAMP, _A, "1", "c", "Panel substituted", "主机被替换"),
    ("AB", _OC, _S, "1", "z", "Report aborted by user", "用户中止报告"),
    ("AN", _FIRE, _R, "3", "z", "Analogue fire sensor restored", "模拟量火灾探测器恢复"),
    ("AR", _TECH, _R, "3", "-", "Mains power restored", "交流电源恢复"),
    ("AS", _TECH, _A, "1", "z", "Analogue fire sensor needs service", "模拟量火灾探测器需要维护"),
    ("AT", _TECH, _A, "1", "-", "Mains power lost", "交流电源中断"),
    # Burglary beyond its family
    ("BC", _OC, _S, "1", "u", "Burglary alarm cancelled", "入侵报警取消"),
    ("BD", _TECH, _A, "1", "z", "Swinger trouble", "反复报警防区故障"),
    ("BE", _TECH, _R, "3", "z", "Swinger trouble restored", "反复报警防区故障恢复"),
    ("BG", _BURG, _A, "1", "z", "Unverified burglary event", "未核实的入侵事件"),
    ("BM", _BURG, _A, "1", "z", "Burglary alarm, cross point", "入侵报警（交叉防区核实）"),
    ("BV", _BURG, _A, "1", "a", "Burglary verified", "入侵已核实"),
    ("BZ", _TECH, _A, "1", "z", "Supervision missing", "监测点失联"),
    # Closing, that is arming
    ("CA", _OC, _S, "3", "a", "Automatic closing", "自动布防"),
    ("CD", _OC, _A, "1", "a", "Closing delinquent", "长时间未布防"),
    ("CE", _OC, _S, "1", "u", "Closing time extended", "布防时间延长"),
    ("CF", _OC, _S, "3", "u", "Forced closing", "强制布防"),
    ("CG", _OC, _S, "3", "a", "Area closed", "分区布防"),
    ("CI", _OC, _A, "1", "a", "Failed to close", "未按时布防"),
    ("CJ", _OC, _A, "3", "u", "Late closing", "迟布防"),
    ("CK", _OC, _A, "3", "u", "Early closing", "提前布防"),
    ("CL", _OC, _S, "3", "u", "Closing", "布防"),
    ("CM", _BURG, _A, "1", "z", "Point missing soon after closing", "布防后短时测点失联"),
    ("CO", _TECH, _S, "1", "c", "Command sent", "已发送命令"),
    ("CP", _OC, _S, "3", "u", "Automatic closing by schedule", "定时自动布防"),
    ("CQ", _OC, _S, "3", "u", "Remote closing", "远程布防"),
    ("CR", _OC, _S, "1", "u", "Alarm soon after closing", "布防后短时报警"),
    ("CS", _OC, _S, "3", "z", "Closing by keyswitch", "钥匙开关布防"),
    ("CT", _OC, _A, "1", "a", "Late to open", "逾时未撤防"),
    ("CW", _OC, _S, "3", "a", "Was force-armed", "曾强制布防"),
    ("CX", _TECH, _S, "1", "c", "Custom function executed", "自定义功能执行"),
    ("CZ", _OC, _S, "3", "z", "Point closed", "单点布防"),
    # Access
    ("DA", _ACC, _S, "1", "u", "Card assigned", "卡片授权"),
    ("DB", _ACC, _S, "1", "u", "Card deleted", "卡片删除"),
    ("DC", _ACC, _S, "3", "d", "Access closed for everybody", "出入口关闭"),
    ("DD", _ACC, _A, "1", "d", "Access denied", "拒绝进入"),
    ("DE", _ACC, _S, "1", "d", "Request to enter", "请求进入"),
    ("DF", _ACC, _A, "1", "d", "Door forced", "强行开门"),
    ("DG", _ACC, _S, "1", "d", "Access granted", "允许进入"),
    ("DH", _ACC, _R, "3", "d", "Door left open, restored", "门未关恢复"),
    ("DI", _ACC, _A, "1", "d", "Access denied, passback", "拒绝进入：反潜回"),
    ("DJ", _ACC, _A, "1", "d", "Door forced, trouble", "强行开门（撤防区）"),
    ("DK", _ACC, _A, "1", "d", "Access lockout", "出入口锁定"),
    ("DL", _ACC, _A, "1", "d", "Door left open, alarm", "门未关报警"),
    ("DM", _ACC, _A, "1", "d", "Door left open, trouble", "门未关（撤防区）"),
    ("DN", _ACC, _S, "1", "d", "Door left open", "门未关"),
    ("DO", _ACC, _S, "1", "d", "Access open", "出入口开放"),
    ("DP", _ACC, _A, "1", "d", "Access denied, time", "拒绝进入：时段不符"),
    ("DQ", _ACC, _A, "1", "d", "Access denied, arming state", "拒绝进入：已布防"),
    ("DR", _ACC, _R, "3", "d", "Door restoral", "门恢复"),
    ("DS", _ACC, _S, "1", "d", "Door station of the next report", "随后报告所指的门"),
    ("DT", _ACC, _A, "1", "-", "Access system trouble", "门禁系统故障"),
    ("DU", _TECH, _S, "1", "c", "Dealer identifier", "经销商标识"),
    ("DV", _ACC, _A, "1", "d", "Access denied, entry level", "拒绝进入：权限不符"),
    ("DW", _ACC, _A, "1", "d", "Access denied, interlock", "拒绝进入：互锁"),
    ("DX", _ACC, _S, "1", "d", "Request to exit", "请求外出"),
    ("DY", _ACC, _S, "3", "d", "Door locked", "门已上锁"),
    ("DZ", _ACC, _A, "1", "d", "Access denied, door secured", "拒绝进入：门已关闭"),
    # Exit and expansion devices
    ("EA", _BURG, _A, "1", "z", "Exit alarm", "外出延时报警"),
    ("EE", _OC, _A, "1", "u", "Exit error", "外出错误"),
    ("EJ", _TAMP, _R, "3", "e", "Expansion device tamper restored", "扩展设备防拆恢复"),
    ("EM", _TECH, _A, "1", "e", "Expansion device missing", "扩展设备失联"),
    ("EN", _TECH, _R, "3", "e", "Expansion device back", "扩展设备恢复连接"),
    ("ER", _TECH, _R, "3", "e", "Expansion device restored", "扩展设备恢复"),
    ("ES", _TAMP, _A, "1", "e", "Expansion device tamper", "扩展设备防拆"),
    ("ET", _TECH, _A, "1", "e", "Expansion device trouble", "扩展设备故障"),
    ("EX", _TECH, _A, "1", "e", "Condition of an external device", "外部设备状态"),
    ("EZ", _BURG, _A, "1", "z", "Point missing at the end of the exit delay", "外出延时结束时测点失联"),
    # Fire beyond its family
    ("FC", _OC, _S, "1", "z", "Fire alarm cancelled", "火警取消"),
    ("FG", _FIRE, _A, "1", "z", "Unverified fire event", "未核实的火警事件"),
    ("FI", _TEST, _S, "1", "a", "Fire test begun", "火警测试开始"),
    ("FK", _TEST, _S, "3", "a", "Fire test ended", "火警测试结束"),
    ("FL", _FIRE, _S, "1", "z", "Fire alarm silenced", "火警消音"),
    ("FM", _FIRE, _A, "1", "z", "Fire alarm, cross point", "火警（交叉防区核实）"),
    ("FQ", _TECH, _R, "3", "z", "Fire supervisory trouble restored", "消防监管故障恢复"),
    ("FV", _TECH, _R, "3", "z", "Fire supervisory point restored", "消防监管点恢复"),
    ("FW", _TECH, _A, "1", "z", "Fire supervisory trouble", "消防监管故障"),
    ("FY", _TECH, _A, "1", "z", "Fire point missing", "火警测点失联"),
    ("FZ", _TECH, _A, "1", "z", "Fire supervision missing", "消防监管点失联"),
    ("IA", _TECH, _A, "1", "z", "Equipment failure", "设备失效"),
    ("IR", _TECH, _R, "3", "z", "Equipment failure restored", "设备失效恢复"),
    # User codes, clock, log
    ("JA", _TAMP, _A, "1", "a", "User code tamper: too many wrong codes", "密码防试探报警"),
    ("JC", _TAMP, _R, "3", "a", "User code tamper cancelled", "密码防试探报警取消"),
    ("JD", _TECH, _S, "1", "u", "Date changed", "日期已更改"),
    ("JH", _TECH, _S, "1", "u", "Holidays changed", "假日表变更"),
    ("JK", _SUP, _A, "1", "u", "Latch-key: user not home in time", "未按时到家提醒"),
    ("JL", _TECH, _A, "1", "-", "Log almost full", "事件记录将满"),
    ("JO", _TECH, _A, "1", "-", "Log overflow", "事件记录溢出"),
    ("JP", _OC, _S, "1", "u", "User on premises", "用户在场"),
    ("JR", _TECH, _S, "1", "a", "Schedule executed", "计划任务已执行"),
    ("JS", _TECH, _S, "1", "u", "Schedule changed", "时间计划变更"),
    ("JT", _TECH, _S, "1", "u", "Time changed", "时间已更改"),
    ("JV", _TECH, _S, "1", "u", "User code changed", "用户密码更改"),
    ("JX", _TECH, _S, "1", "u", "User code deleted", "用户密码删除"),
    ("JY", _TECH, _S, "1", "u", "User code added", "用户密码新增"),
    ("JZ", _TECH, _S, "1", "u", "User level changed", "用户权限变更"),
    # Local programming, listen-in, lines
    ("LB", _TECH, _S, "1", "-", "Local programming begun", "本地编程开始"),
    ("LD", _TECH, _A, "1", "-", "Local programming denied", "本地编程被拒绝"),
    ("LE", _TECH, _S, "3", "-", "Listen-in ended", "监听结束"),
    ("LF", _TECH, _S, "1", "-", "Listen-in begun", "监听开始"),
    ("LR", _TECH, _R, "3", "l", "Telephone line restored", "电话线恢复"),
    ("LS", _TECH, _S, "1", "-", "Local programming successful", "本地编程成功"),
    ("LT", _TECH, _A, "1", "l", "Telephone line trouble", "电话线故障"),
    ("LU", _TECH, _A, "1", "-", "Local programming failed", "本地编程失败"),
    ("LX", _TECH, _S, "3", "-", "Local programming ended", "本地编程结束"),
    ("MI", _TECH, _S, "1", "c", "Message", "预设消息"),
    # Activity, network, perimeter arming
    ("NA", _SUP, _A, "1", "z", "No activity", "长时间无活动"),
    ("NC", _TECH, _A, "1", "l", "Network condition", "网络状态"),
    ("NF", _OC, _S, "3", "a", "Forced perimeter arming", "强制周界布防"),
    ("NL", _OC, _S, "3", "a", "Perimeter armed", "周界布防"),
    ("NM", _OC, _S, "3", "a", "Perimeter armed, user defined", "自定义周界布防"),
    ("NR", _TECH, _R, "3", "l", "Network restored", "网络恢复"),
    ("NS", _SUP, _R, "3", "z", "Activity resumed", "恢复活动"),
    ("NT", _TECH, _A, "1", "l", "Network failure", "网络故障"),
    # Opening, that is disarming
    ("OA", _OC, _S, "1", "a", "Automatic opening", "自动撤防"),
    ("OC", _OC, _S, "1", "u", "Alarm cancelled", "报警取消"),
    ("OG", _OC, _S, "1", "a", "Area opened", "分区撤防"),
    ("OH", _OC, _A, "1", "u", "Early opening from alarm", "报警中提前撤防"),
    ("OI", _OC, _A, "1", "a", "Failed to open", "未按时撤防"),
    ("OJ", _OC, _A, "1", "u", "Late opening", "迟撤防"),
    ("OK", _OC, _A, "1", "u", "Early opening", "提前撤防"),
    ("OL", _OC, _A, "1", "u", "Late opening from alarm", "报警中迟撤防"),
    ("OP", _OC, _S, "1", "u", "Opening", "撤防"),
    ("OQ", _OC, _S, "1", "u", "Remote opening", "远程撤防"),
    ("OR", _OC, _S, "1", "u", "Disarmed from alarm", "报警后撤防"),
    ("OS", _OC, _S, "1", "z", "Opening by keyswitch", "钥匙开关撤防"),
    ("OT", _OC, _A, "1", "u", "Late to close", "逾时未布防"),
    ("OU", _TECH, _A, "1", "o", "Output trouble", "输出故障"),
    ("OV", _TECH, _R, "3", "o", "Output restored", "输出恢复"),
    ("OZ", _OC, _S, "1", "z", "Point opened", "单点撤防"),
    # Remote programming, relays, tests
    ("RA", _TECH, _A, "1", "-", "Call of the remote programmer failed", "远程编程呼叫失败"),
    ("RB", _TECH, _S, "1", "-", "Remote programming begun", "远程编程开始"),
    ("RC", _TECH, _S, "1", "o", "Relay closed", "继电器吸合"),
    ("RD", _TECH, _A, "1", "-", "Remote programming denied", "远程编程被拒绝"),
    ("RN", _TECH, _S, "1", "-", "Remote reset", "远程复位"),
    ("RO", _TECH, _S, "3", "o", "Relay opened", "继电器释放"),
    ("RP", _TEST, _S, "1", "-", "Automatic test report", "自动测试报告"),
    ("RR", _TECH, _S, "1", "-", "Power up", "上电启动"),
    ("RS", _TECH, _S, "1", "-", "Remote programming successful", "远程编程成功"),
    ("RT", _TECH, _A, "1", "l", "Data lost", "数据丢失"),
    ("RU", _TECH, _A, "1", "-", "Remote programming failed", "远程编程失败"),
    ("RX", _TEST, _S, "1", "u", "Manual test report", "手动测试报告"),
    ("RY", _TEST, _A, "1", "z", "Test off normal", "测试异常"),
    ("SC", _TECH, _S, "1", "c", "Change of state", "状态变化"),
    # Tests; tamper where it differs from its family
    ("TC", _TEST, _S, "1", "-", "All points tested", "全部测点已测试"),
    ("TE", _TEST, _S, "3", "-", "Test ended", "测试结束"),
    ("TH", _TAMP, _R, "3", "-", "Tamper alarm restored", "防拆报警恢复"),
    ("TJ", _TAMP, _R, "3", "-", "Tamper trouble restored", "防拆故障恢复"),
    ("TP", _TEST, _S, "1", "z", "Point walk-tested", "测点步测通过"),
    ("TS", _TEST, _S, "1", "-", "Test begun", "测试开始"),
    ("TT", _TAMP, _A, "1", "z", "Tamper while disarmed", "撤防状态下防拆"),
    ("TW", _TEST, _S, "1", "-", "Area watch begun", "区域观察开始"),
    ("TX", _TEST, _S, "1", "-", "Test report", "测试报告"),
    ("TZ", _TEST, _S, "3", "-", "Area watch ended", "区域观察结束"),
    ("UG", _BURG, _A, "1", "z", "Unverified event of an untyped zone", "未核实的未分类事件"),
    ("UX", _BURG, _A, "1", "-", "Undefined alarm", "未定义报警"),
    ("UY", _TECH, _A, "1", "z", "Untyped point missing while disarmed", "撤防状态下测点失联"),
    ("UZ", _BURG, _A, "1", "z", "Untyped point missing while armed", "布防状态下测点失联"),
    # Printers
    ("VI", _TECH, _R, "3", "e", "Printer has paper", "打印机已装纸"),
    ("VO", _TECH, _A, "1", "e", "Printer out of paper", "打印机缺纸"),
    ("VR", _TECH, _R, "3", "e", "Printer restored", "打印机恢复"),
    ("VT", _TECH, _A, "1", "e", "Printer trouble", "打印机故障"),
    ("VX", _TEST, _S, "1", "e", "Printer test", "打印机测试"),
    ("VY", _TECH, _R, "3", "-", "Printer on line", "打印机联机"),
    ("VZ", _TECH, _A, "1", "-", "Printer off line", "打印机脱机"),
    # Receiver, radio
    ("XA", _TECH, _A, "1", "-", "Report of an account that does not exist", "不存在的账号上报"),
    ("XE", _TECH, _A, "1", "z", "Extra point", "多出的测点"),
    ("XF", _TECH, _A, "1", "z", "Extra radio point", "多出的无线测点"),
    ("XH", _TECH, _R, "3", "e", "Radio interference restored", "无线干扰恢复"),
    ("XI", _TECH, _S, "1", "z", "Sensor reset", "探测器复位"),
    ("XJ", _TAMP, _R, "3", "e", "Radio receiver tamper restored", "无线接收机防拆恢复"),
    ("XL", _TECH, _A, "1", "e", "Radio signal weak or lost", "无线信号弱或中断"),
    ("XM", _BURG, _A, "1", "z", "Point missing, cross point", "测点失联（交叉防区核实）"),
    ("XQ", _TECH, _A, "1", "e", "Radio interference", "无线干扰（疑似人为阻断）"),
    ("XR", _TECH, _R, "3", "z", "Transmitter battery restored", "无线设备电池恢复"),
    ("XS", _TAMP, _A, "1", "e", "Radio receiver tamper", "无线接收机防拆"),
    ("XT", _TECH, _A, "1", "z", "Transmitter battery low", "无线设备电池电压低"),
    ("XW", _TECH, _S, "1", "z", "Point forced out at arming", "布防时强制旁路测点"),
    ("XX", _SUP, _A, "1", "-", "Test signal missing", "未收到应有的测试信号"),
    # System
    ("YA", _TECH, _A, "1", "-", "Bell fault", "警号故障"),
    ("YB", _TECH, _S, "1", "e", "Busy seconds", "线路占用率"),
    ("YC", _TECH, _A, "1", "-", "Communication failed", "通信失败"),
    ("YD", _TECH, _A, "1", "e", "Receiver line card trouble", "接收机线路卡故障"),
    ("YE", _TECH, _R, "3", "e", "Receiver line card restored", "接收机线路卡恢复"),
    ("YF", _TECH, _A, "1", "-", "Parameter checksum wrong", "参数校验错误"),
    ("YG", _TECH, _S, "1", "-", "Parameters changed", "参数已更改"),
    ("YH", _TECH, _R, "3", "-", "Bell restored", "警号恢复"),
    ("YI", _TECH, _A, "1", "-", "Over current", "过流故障"),
    ("YJ", _TECH, _R, "3", "-", "Over current restored", "过流恢复"),
    ("YK", _TECH, _R, "3", "-", "Communication restored", "通信恢复"),
    ("YM", _TECH, _A, "1", "-", "System battery missing", "主机电池缺失"),
    ("YN", _TECH, _A, "1", "-", "Invalid report", "无效报告"),
    ("YO", _TECH, _A, "1", "-", "Unknown message", "未知消息"),
    ("YP", _TECH, _A, "1", "-", "Power supply trouble", "电源故障"),
    ("YQ", _TECH, _R, "3", "-", "Power supply restored", "电源恢复"),
    ("YR", _TECH, _R, "3", "-", "System battery restored", "主机电池恢复"),
    ("YS", _TECH, _A, "1", "-", "Communication trouble", "通信故障"),
    ("YT", _TECH, _A, "1", "-", "System battery low", "主机电池电压低"),
    ("YU", _TECH, _A, "1", "c", "Diagnostic error", "诊断错误"),
    ("YW", _TECH, _A, "1", "-", "Watchdog reset", "看门狗复位"),
    ("YX", _TECH, _A, "1", "-", "Service required", "需要维修"),
    ("YY", _TECH, _S, "1", "-", "Status report", "状态报告"),
    ("YZ", _TECH, _R, "3", "c", "Service completed", "维修完成"),
)

_AJAX: Final[tuple[tuple[str, EventClass, Nature, str, str, str, str], ...]] = (
    ("AF", _OC, _S, "3", "z", "Arming by scenario", "场景布防"),
    ("CB", _OC, _S, "3", "a", "Group armed automatically", "分组自动布防"),
    ("CC", _OC, _A, "1", "a", "Arming attempt failed", "布防未成功"),
    ("NB", _OC, _S, "3", "a", "Night mode by scenario", "场景启动夜间模式"),
    ("ND", _HOLD, _A, "1", "a", "Night mode ended under duress", "胁迫下解除夜间模式"),
    ("NE", _OC, _A, "1", "a", "Night mode attempt failed", "夜间模式启动未成功"),
    ("NO", _OC, _S, "1", "a", "Night mode ended automatically", "夜间模式自动解除"),
    ("NP", _OC, _S, "1", "z", "Night mode ended by device", "设备解除夜间模式"),
    ("OB", _OC, _S, "1", "a", "Group disarmed automatically", "分组自动撤防"),
    ("PC", _TECH, _S, "1", "u", "Photo on demand enabled", "按需拍照启用"),
    ("PD", _TECH, _S, "3", "u", "Photo on demand disabled", "按需拍照停用"),
    ("PE", _TECH, _S, "1", "-", "Photo by scenario enabled", "场景拍照启用"),
    ("PF", _TECH, _A, "1", "z", "Photo channel lost", "照片通道中断"),
    ("PG", _TECH, _S, "3", "-", "Photo by scenario disabled", "场景拍照停用"),
    ("PO", _TECH, _R, "3", "-", "Photo channel restored", "照片通道恢复"),
    ("SM", _TECH, _A, "1", "z", "Leak detector malfunction", "漏水探测器故障"),
    ("XC", _TECH, _R, "3", "z", "Device connection restored", "设备连接恢复"),
    ("ZY", _TECH, _S, "1", "e", "Device switched on", "设备已开启"),
    ("ZZ", _TECH, _S, "3", "e", "Device switched off", "设备已关闭"),
)

_CONFIRMED_BURGLARY: Final = 35
# A technical fault that may be an attack: beside tamper, above what can wait.
_JAMMING: Final = 50
_PRIORITIES: Final = {
    "BM": _CONFIRMED_BURGLARY,
    "BV": _CONFIRMED_BURGLARY,
    "XM": _CONFIRMED_BURGLARY,
    "XQ": _JAMMING,
}


def _row(
    row: tuple[str, EventClass, Nature, str, str, str, str], source: Source, priorities: dict[str, int]
) -> Code:
    code, event_class, nature, qualifier, number, english, chinese = row
    return Code(
        "SIA",
        code,
        event_class,
        nature,
        qualifier,
        _CONCERNS[number],
        english,
        chinese,
        "",
        "",
        priorities.get(code),
        source,
    )


def _families() -> dict[str, Code]:
    return {
        first + second: _row(
            (
                first + second,
                own_class or kind_class,
                nature,
                qualifier,
                "z",
                f"{kind} {happening}",
                kind_chinese + happening_chinese,
            ),
            Source.DC03,
            {},
        )
        for first, kind_class, kind, kind_chinese in _KINDS
        for second, own_class, nature, qualifier, happening, happening_chinese in _HAPPENINGS
    }


def _table() -> tuple[Code, ...]:
    codes = _families()
    codes.update({row[0]: _row(row, Source.DC03, _PRIORITIES) for row in _ROWS})
    codes.update({row[0]: _row(row, Source.AJAX, _PRIORITIES) for row in _AJAX})
    return tuple(sorted(codes.values(), key=lambda entry: entry.code))


SIA: Final[tuple[Code, ...]] = _table()
"""All SIA codes known, in alphabetical order."""
