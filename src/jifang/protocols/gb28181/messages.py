"""The MANSCDP messages of GB/T 28181 as dataclasses, for both directions.

A class is found by its root element (Query, Response, Notify, Control) and its ``CmdType``. Mandatory
fields are those the official conformance tool insists on; on reading, what is missing is a `Problem`, never
a refusal. All times are UTC inside.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final

from jifang.protocols.gb28181.fields import integer, moment, number, part, parts, text, texts
from jifang.protocols.gb28181.items import (
    AlarmStatus,
    BasicParam,
    CatalogItem,
    CruisePoint,
    CruiseTrack,
    DeviceUpgrade,
    DragZoom,
    HomePosition,
    Position,
    Preset,
    PTZPrecise,
    RecordItem,
    SDCard,
    SnapShotConfig,
    VideoAttribute,
)

_RESULT: Final = ("OK", "ERROR")
_ON_OFF: Final = ("ON", "OFF")


@dataclass(frozen=True, kw_only=True)
class Message:
    """What all messages have: ``sn``, which pairs an answer with its question, and ``device_id``."""

    ROOT: ClassVar[str] = ""
    CMD: ClassVar[str] = ""

    sn: int | None = integer("SN", must=True)
    device_id: str | None = text("DeviceID", must=True)


@dataclass(frozen=True, kw_only=True)
class Query(Message):
    """A question of the platform."""

    ROOT: ClassVar[str] = "Query"


@dataclass(frozen=True, kw_only=True)
class Response(Message):
    """A device's answer, as a message of its own."""

    ROOT: ClassVar[str] = "Response"


@dataclass(frozen=True, kw_only=True)
class Notify(Message):
    """What a device tells by itself, and the platform's broadcast."""

    ROOT: ClassVar[str] = "Notify"


@dataclass(frozen=True, kw_only=True)
class Control(Message):
    """An order."""

    ROOT: ClassVar[str] = "Control"


# Notify


@dataclass(frozen=True, kw_only=True)
class Keepalive(Notify):
    """Sign of life; ``faulty`` are channels the device itself reports as broken."""

    CMD: ClassVar[str] = "Keepalive"
    status: str | None = text("Status", must=True, choices=_RESULT)
    faulty: tuple[str, ...] = texts("Info", "DeviceID")


@dataclass(frozen=True, kw_only=True)
class CatalogNotify(Notify):
    """Changes of the catalog; every item says its ``event``."""

    CMD: ClassVar[str] = "Catalog"
    status: str | None = text("Status", choices=_RESULT)
    sum_num: int | None = integer("SumNum")
    items: tuple[CatalogItem, ...] = parts("DeviceList", "Item", CatalogItem)


@dataclass(frozen=True, kw_only=True)
class AlarmNotify(Notify):
    """An alarm (9.4). Priority 1 to 4, 1 most urgent; method and type as in `alarms`."""

    CMD: ClassVar[str] = "Alarm"
    priority: int | None = integer("AlarmPriority", must=True)
    method: int | None = integer("AlarmMethod", must=True)
    time: datetime | None = moment("AlarmTime", must=True)
    description: str | None = text("AlarmDescription")
    longitude: float | None = number("Longitude", aliases=("Longtitude",))
    latitude: float | None = number("Latitude")
    type: int | None = integer("AlarmType", inside="Info")
    event_type: int | None = integer("EventType", inside="Info")
    type_param: str | None = text("AlarmTypeParam", inside="Info")


@dataclass(frozen=True, kw_only=True)
class MediaStatus(Notify):
    """End of a playback or download: type 121 is the end of the file."""

    CMD: ClassVar[str] = "MediaStatus"
    notify_type: int | None = integer("NotifyType", must=True)


@dataclass(frozen=True, kw_only=True)
class MobilePosition(Notify):
    """Positions: flat in 2016, a list in 2022; `positions` reads both."""

    CMD: ClassVar[str] = "MobilePosition"
    time: datetime | None = moment("Time")
    longitude: float | None = number("Longitude", aliases=("Longtitude",))
    latitude: float | None = number("Latitude")
    speed: float | None = number("Speed")
    direction: float | None = number("Direction")
    altitude: float | None = number("Altitude")
    sum_num: int | None = integer("SumNum")
    items: tuple[Position, ...] = parts("DeviceList", "Item", Position, counted=False)

    @property
    def positions(self) -> tuple[Position, ...]:
        """Every position told, in either form."""
        if self.items or self.longitude is None or self.latitude is None:
            return self.items
        return (
            Position(
                device_id=self.device_id,
                capture_time=self.time,
                longitude=self.longitude,
                latitude=self.latitude,
                speed=self.speed,
                direction=self.direction,
                altitude=self.altitude,
            ),
        )


@dataclass(frozen=True, kw_only=True)
class Broadcast(Message):
    """Invitation to listen (9.12): the device then calls the platform. It has no DeviceID of its own."""

    ROOT: ClassVar[str] = "Notify"
    CMD: ClassVar[str] = "Broadcast"
    device_id: str | None = text("DeviceID")
    source_id: str | None = text("SourceID", must=True)
    target_id: str | None = text("TargetID", must=True)


@dataclass(frozen=True, kw_only=True)
class SnapShotFinished(Notify):
    """The pictures ordered with `SnapShotConfig` are uploaded (2022 9.14)."""

    CMD: ClassVar[str] = "UploadSnapShotFinished"
    session_id: str | None = text("SessionID", must=True)
    files: tuple[str, ...] = texts("SnapShotList", "SnapShotFileID")


@dataclass(frozen=True, kw_only=True)
class DeviceUpgradeResult(Notify):
    """How a firmware upgrade ended (2022 9.13)."""

    CMD: ClassVar[str] = "DeviceUpgradeResult"
    session_id: str | None = text("SessionID", must=True)
    result: str | None = text("UpgradeResult", must=True, choices=_RESULT, aliases=("Result",))
    firmware: str | None = text("Firmware")
    failed_reason: str | None = text("UpgradeFailedReason")


# Query


@dataclass(frozen=True, kw_only=True)
class CatalogQuery(Query):
    """Asks for the catalog; as the body of SUBSCRIBE, for its changes."""

    CMD: ClassVar[str] = "Catalog"
    start_time: datetime | None = moment("StartTime")
    end_time: datetime | None = moment("EndTime")


@dataclass(frozen=True, kw_only=True)
class DeviceInfoQuery(Query):
    """Asks for maker, model, firmware."""

    CMD: ClassVar[str] = "DeviceInfo"


@dataclass(frozen=True, kw_only=True)
class DeviceStatusQuery(Query):
    """Asks for the state and the clock of a device."""

    CMD: ClassVar[str] = "DeviceStatus"


@dataclass(frozen=True, kw_only=True)
class RecordInfoQuery(Query):
    """Asks which recordings a device holds. Type: time, alarm, manual or all."""

    CMD: ClassVar[str] = "RecordInfo"
    start_time: datetime | None = moment("StartTime", must=True)
    end_time: datetime | None = moment("EndTime", must=True)
    file_path: str | None = text("FilePath")
    address: str | None = text("Address")
    secrecy: int | None = integer("Secrecy")
    type: str | None = text("Type", choices=("time", "alarm", "manual", "all"))
    recorder_id: str | None = text("RecorderID")
    indistinct_query: int | None = integer("IndistinctQuery")
    stream_number: int | None = integer("StreamNumber")


@dataclass(frozen=True, kw_only=True)
class AlarmQuery(Query):
    """Body of the SUBSCRIBE for alarms. Method 0 means all; digits may be combined."""

    CMD: ClassVar[str] = "Alarm"
    start_priority: int | None = integer("StartAlarmPriority")
    end_priority: int | None = integer("EndAlarmPriority")
    method: str | None = text("AlarmMethod")
    type: str | None = text("AlarmType")
    start_time: datetime | None = moment("StartAlarmTime")
    end_time: datetime | None = moment("EndAlarmTime")


@dataclass(frozen=True, kw_only=True)
class ConfigDownloadQuery(Query):
    """Asks for settings: names joined by ``/``."""

    CMD: ClassVar[str] = "ConfigDownload"
    config_type: str | None = text("ConfigType", must=True)


@dataclass(frozen=True, kw_only=True)
class PresetQuery(Query):
    """Asks for the presets of a camera."""

    CMD: ClassVar[str] = "PresetQuery"


@dataclass(frozen=True, kw_only=True)
class MobilePositionQuery(Query):
    """Body of the SUBSCRIBE for positions; interval in seconds."""

    CMD: ClassVar[str] = "MobilePosition"
    interval: int | None = integer("Interval")


@dataclass(frozen=True, kw_only=True)
class HomePositionQuery(Query):
    """Asks for the home position (2022)."""

    CMD: ClassVar[str] = "HomePositionQuery"


@dataclass(frozen=True, kw_only=True)
class CruiseTrackListQuery(Query):
    """Asks for the list of cruises (2022)."""

    CMD: ClassVar[str] = "CruiseTrackListQuery"


@dataclass(frozen=True, kw_only=True)
class CruiseTrackQuery(Query):
    """Asks for one cruise (2022)."""

    CMD: ClassVar[str] = "CruiseTrackQuery"
    number: int | None = integer("Number", must=True)


@dataclass(frozen=True, kw_only=True)
class PTZPositionQuery(Query):
    """Asks for the precise direction (2022)."""

    CMD: ClassVar[str] = "PTZPosition"


@dataclass(frozen=True, kw_only=True)
class SDCardStatusQuery(Query):
    """Asks for the memory cards (2022)."""

    CMD: ClassVar[str] = "SDCardStatus"


# Response


@dataclass(frozen=True, kw_only=True)
class CatalogResponse(Response):
    """One page of the catalog: collect pages until ``sum_num`` items came (`catalog.CatalogRound`)."""

    CMD: ClassVar[str] = "Catalog"
    sum_num: int | None = integer("SumNum", must=True)
    items: tuple[CatalogItem, ...] = parts("DeviceList", "Item", CatalogItem)


@dataclass(frozen=True, kw_only=True)
class DeviceInfoResponse(Response):
    """Maker, model, firmware and number of channels, as the device says."""

    CMD: ClassVar[str] = "DeviceInfo"
    device_name: str | None = text("DeviceName")
    result: str | None = text("Result", must=True, choices=_RESULT)
    device_type: str | None = text("DeviceType")
    manufacturer: str | None = text("Manufacturer")
    model: str | None = text("Model")
    firmware: str | None = text("Firmware")
    max_camera: int | None = integer("MaxCamera")
    max_alarm: int | None = integer("MaxAlarm")
    max_out: int | None = integer("MaxOut")
    channel: int | None = integer("Channel")


@dataclass(frozen=True, kw_only=True)
class DeviceStatusResponse(Response):
    """State of a device; ``device_time`` is its clock, for measuring the offset."""

    CMD: ClassVar[str] = "DeviceStatus"
    result: str | None = text("Result", must=True, choices=_RESULT)
    online: str | None = text("Online", must=True, choices=("ONLINE", "OFFLINE"))
    status: str | None = text("Status", must=True, choices=_RESULT)
    reason: str | None = text("Reason")
    encode: str | None = text("Encode", choices=_ON_OFF)
    record: str | None = text("Record", choices=_ON_OFF)
    decode: str | None = text("Decode", choices=_ON_OFF)
    device_time: datetime | None = moment("DeviceTime")
    alarms: tuple[AlarmStatus, ...] = parts("Alarmstatus", "Item", AlarmStatus)


@dataclass(frozen=True, kw_only=True)
class RecordInfoResponse(Response):
    """One page of the list of recordings."""

    CMD: ClassVar[str] = "RecordInfo"
    name: str | None = text("Name")
    sum_num: int | None = integer("SumNum", must=True)
    items: tuple[RecordItem, ...] = parts("RecordList", "Item", RecordItem)


@dataclass(frozen=True, kw_only=True)
class AlarmResponse(Response):
    """The platform has persisted the alarm; also the answer to an alarm subscription."""

    CMD: ClassVar[str] = "Alarm"
    result: str | None = text("Result", must=True, choices=_RESULT)


@dataclass(frozen=True, kw_only=True)
class ConfigDownloadResponse(Response):
    """Settings of a device. "Unsupported" is not defined: read back and compare."""

    CMD: ClassVar[str] = "ConfigDownload"
    result: str | None = text("Result", must=True, choices=_RESULT)
    basic: BasicParam | None = part("BasicParam", BasicParam)
    video: tuple[VideoAttribute, ...] = parts("VideoParamAttribute", "Item", VideoAttribute)
    snapshot: SnapShotConfig | None = part("SnapShotConfig", SnapShotConfig)


@dataclass(frozen=True, kw_only=True)
class PresetResponse(Response):
    """The presets of a camera."""

    CMD: ClassVar[str] = "PresetQuery"
    sum_num: int | None = integer("SumNum")
    presets: tuple[Preset, ...] = parts("PresetList", "Item", Preset)


@dataclass(frozen=True, kw_only=True)
class DeviceControlResponse(Response):
    """Whether an order was taken."""

    CMD: ClassVar[str] = "DeviceControl"
    result: str | None = text("Result", must=True, choices=_RESULT)


@dataclass(frozen=True, kw_only=True)
class DeviceConfigResponse(Response):
    """Whether settings were taken."""

    CMD: ClassVar[str] = "DeviceConfig"
    result: str | None = text("Result", must=True, choices=_RESULT)


@dataclass(frozen=True, kw_only=True)
class BroadcastResponse(Response):
    """The device will listen."""

    CMD: ClassVar[str] = "Broadcast"
    result: str | None = text("Result", must=True, choices=_RESULT)


@dataclass(frozen=True, kw_only=True)
class HomePositionResponse(Response):
    """The home position (2022)."""

    CMD: ClassVar[str] = "HomePositionQuery"
    home: HomePosition | None = part("HomePosition", HomePosition)


@dataclass(frozen=True, kw_only=True)
class CruiseTrackListResponse(Response):
    """The list of cruises (2022)."""

    CMD: ClassVar[str] = "CruiseTrackListQuery"
    sum_num: int | None = integer("SumNum")
    tracks: tuple[CruiseTrack, ...] = parts("CruiseTrackList", "CruiseTrack", CruiseTrack)


@dataclass(frozen=True, kw_only=True)
class CruiseTrackResponse(Response):
    """The stops of one cruise (2022)."""

    CMD: ClassVar[str] = "CruiseTrackQuery"
    number: int | None = integer("Number")
    name: str | None = text("Name")
    sum_num: int | None = integer("SumNum")
    points: tuple[CruisePoint, ...] = parts("CruisePointList", "CruisePoint", CruisePoint)


@dataclass(frozen=True, kw_only=True)
class PTZPositionResponse(Response):
    """The precise direction (2022): degrees and zoom factor."""

    CMD: ClassVar[str] = "PTZPosition"
    pan: float | None = number("Pan")
    tilt: float | None = number("Tilt")
    zoom: float | None = number("Zoom")


@dataclass(frozen=True, kw_only=True)
class SDCardStatusResponse(Response):
    """The memory cards (2022)."""

    CMD: ClassVar[str] = "SDCardStatus"
    result: str | None = text("Result", choices=_RESULT)
    sum_num: int | None = integer("SumNum")
    cards: tuple[SDCard, ...] = parts("SDCardStatusInfo", "Item", SDCard)


# Control


@dataclass(frozen=True, kw_only=True)
class DeviceControl(Control):
    """One order to a device: exactly one of the fields from ``ptz_cmd`` on.

    ``ptz_cmd`` are the 16 hexadecimal digits of `ptz`. ``priority`` decides between operators of several
    platforms; ``alarm_method`` and ``alarm_type`` narrow ``alarm_cmd``.
    """

    CMD: ClassVar[str] = "DeviceControl"
    ptz_cmd: str | None = text("PTZCmd")
    tele_boot: str | None = text("TeleBoot", choices=("Boot",))
    record_cmd: str | None = text("RecordCmd", choices=("Record", "StopRecord"))
    guard_cmd: str | None = text("GuardCmd", choices=("SetGuard", "ResetGuard"))
    alarm_cmd: str | None = text("AlarmCmd", choices=("ResetAlarm",))
    i_frame_cmd: str | None = text("IFrameCmd", before_2022="IFameCmd", choices=("Send",))
    drag_zoom_in: DragZoom | None = part("DragZoomIn", DragZoom)
    drag_zoom_out: DragZoom | None = part("DragZoomOut", DragZoom)
    home_position: HomePosition | None = part("HomePosition", HomePosition)
    ptz_precise: PTZPrecise | None = part("PTZPreciseCtrl", PTZPrecise)
    format_sd_card: int | None = integer("FormatSDCard")
    target_track: str | None = text("TargetTrack", choices=("Auto", "Manual", "Stop"))
    device_upgrade: DeviceUpgrade | None = part("DeviceUpgrade", DeviceUpgrade)
    stream_number: int | None = integer("StreamNumber")
    priority: int | None = integer("ControlPriority", inside="Info")
    alarm_method: str | None = text("AlarmMethod", inside="Info")
    alarm_type: str | None = text("AlarmType", inside="Info")


@dataclass(frozen=True, kw_only=True)
class DeviceConfig(Control):
    """New settings, or an order for snapshots."""

    CMD: ClassVar[str] = "DeviceConfig"
    basic: BasicParam | None = part("BasicParam", BasicParam)
    video: tuple[VideoAttribute, ...] = parts("VideoParamAttribute", "Item", VideoAttribute, counted=False)
    snapshot: SnapShotConfig | None = part("SnapShotConfig", SnapShotConfig)


def _leaves(kind: type[Message]) -> list[type[Message]]:
    below = [leaf for each in kind.__subclasses__() for leaf in _leaves(each)]
    return [kind, *below] if kind.CMD else below


MESSAGES: Final[dict[tuple[str, str], type[Any]]] = {
    (each.ROOT.lower(), each.CMD.lower()): each for each in _leaves(Message)
}
"""Class of every message by root element and command, both in lower case."""
