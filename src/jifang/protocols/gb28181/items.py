"""Parts of messages: a channel of the catalog, a recording, a preset, a position."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from jifang.protocols.gb28181.fields import integer, moment, number, text
from jifang.protocols.gb28181.identifiers import CHANNEL_KINDS, GROUP_KINDS, read_identifier


class ChannelKind(StrEnum):
    """What an item of a catalog is."""

    CHANNEL = "channel"
    DEVICE = "device"
    DIVISION = "division"
    GROUP = "group"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogItem:
    """One entry of a catalog (2016 annex A.2.1.9): a channel, device, group or administrative division.

    Positions are WGS-84 degrees as the device claims them. ``event`` is filled in notifications only.
    """

    device_id: str = text("DeviceID", must=True)
    event: str | None = text("Event", choices=("ON", "OFF", "VLOST", "DEFECT", "ADD", "DEL", "UPDATE"))
    name: str | None = text("Name")
    manufacturer: str | None = text("Manufacturer")
    model: str | None = text("Model")
    owner: str | None = text("Owner")
    civil_code: str | None = text("CivilCode")
    block: str | None = text("Block")
    address: str | None = text("Address")
    parental: int | None = integer("Parental")
    parent_id: str | None = text("ParentID")
    safety_way: int | None = integer("SafetyWay")
    register_way: int | None = integer("RegisterWay")
    cert_num: str | None = text("CertNum")
    certifiable: int | None = integer("Certifiable")
    err_code: int | None = integer("ErrCode")
    end_time: datetime | None = moment("EndTime")
    secrecy: int | None = integer("Secrecy")
    ip_address: str | None = text("IPAddress")
    port: int | None = integer("Port")
    password: str | None = text("Password")
    status: str | None = text("Status", choices=("ON", "OFF"))
    longitude: float | None = number("Longitude", aliases=("Longtitude",))
    latitude: float | None = number("Latitude")
    business_group_id: str | None = text("BusinessGroupID", inside="")
    ptz_type: int | None = integer("PTZType", inside="Info")
    position_type: int | None = integer("PositionType", inside="Info")
    room_type: int | None = integer("RoomType", inside="Info")
    use_type: int | None = integer("UseType", inside="Info")
    supply_light_type: int | None = integer("SupplyLightType", inside="Info")
    direction_type: int | None = integer("DirectionType", inside="Info")
    resolution: str | None = text("Resolution", inside="Info")
    stream_number_list: str | None = text("StreamNumberList", inside="Info")
    download_speed: str | None = text("DownloadSpeed", inside="Info")
    capture_position_type: int | None = integer("CapturePositionType", inside="Info")

    @property
    def kind(self) -> ChannelKind:
        """What the identifier says this is; a camera by a wrong identifier is still a channel."""
        identifier = read_identifier(self.device_id)
        if identifier.is_division:
            return ChannelKind.DIVISION
        if identifier.kind in GROUP_KINDS:
            return ChannelKind.GROUP if identifier.kind == "215" else ChannelKind.ORGANISATION
        if identifier.kind in CHANNEL_KINDS or self.parental in (0, None):
            return ChannelKind.CHANNEL
        return ChannelKind.DEVICE

    @property
    def position(self) -> tuple[float, float] | None:
        """Longitude and latitude; None if unset, outside the range, or the 0, 0 of an unset device."""
        lon, lat = self.longitude, self.latitude
        if lon is None or lat is None or not (lon or lat):
            return None
        return (lon, lat) if -180 <= lon <= 180 and -90 <= lat <= 90 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordItem:
    """One recording that a device holds: its claim, not our measurement. Times are UTC."""

    device_id: str = text("DeviceID", must=True)
    name: str | None = text("Name")
    file_path: str | None = text("FilePath")
    address: str | None = text("Address")
    start_time: datetime | None = moment("StartTime", must=True)
    end_time: datetime | None = moment("EndTime", must=True)
    secrecy: int | None = integer("Secrecy")
    type: str | None = text("Type")
    recorder_id: str | None = text("RecorderID")
    file_size: str | None = text("FileSize")
    record_location: str | None = text("RecordLocation")
    stream_number: str | None = text("StreamNumber")


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmStatus:
    """Guard state of one alarm input: ONDUTY, OFFDUTY or ALARM."""

    device_id: str = text("DeviceID", must=True)
    duty_status: str | None = text("DutyStatus", choices=("ONDUTY", "OFFDUTY", "ALARM"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """One preset position."""

    preset_id: str = text("PresetID", must=True)
    preset_name: str | None = text("PresetName")


@dataclass(frozen=True, slots=True, kw_only=True)
class CruiseTrack:
    """One cruise (2022 A.2.6.14)."""

    number: str = text("Number", must=True)
    name: str | None = text("Name")


@dataclass(frozen=True, slots=True, kw_only=True)
class CruisePoint:
    """One stop of a cruise: preset, stay in seconds, speed 1 to 15."""

    preset_index: int | None = integer("PresetIndex", must=True)
    stay_time: int | None = integer("StayTime")
    speed: int | None = integer("Speed")


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePosition:
    """The place a camera goes back to: on or off, after how many seconds, to which preset."""

    enabled: int | None = integer("Enabled", must=True)
    reset_time: int | None = integer("ResetTime")
    preset_index: int | None = integer("PresetIndex")


@dataclass(frozen=True, slots=True, kw_only=True)
class SDCard:
    """State of one memory card (2022 A.2.6.16); capacity and free space in MB."""

    id: int | None = integer("ID", must=True)
    hdd_name: str | None = text("HddName")
    status: str | None = text("Status")
    format_progress: int | None = integer("FormatProgress")
    capacity: int | None = integer("Capacity")
    free_space: int | None = integer("FreeSpace")


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where a moving device was: degrees WGS-84, speed in km/h, direction in degrees, altitude in metres."""

    device_id: str | None = text("DeviceID")
    capture_time: datetime | None = moment("CaptureTime")
    longitude: float | None = number("Longitude", must=True)
    latitude: float | None = number("Latitude", must=True)
    speed: float | None = number("Speed")
    direction: float | None = number("Direction")
    altitude: float | None = number("Altitude")
    height: float | None = number("Height")


@dataclass(frozen=True, slots=True, kw_only=True)
class DragZoom:
    """A rectangle drawn on the picture, in pixels of the window it was drawn in."""

    length: int | None = integer("Length", must=True)
    width: int | None = integer("Width", must=True)
    mid_point_x: int | None = integer("MidPointX", must=True)
    mid_point_y: int | None = integer("MidPointY", must=True)
    length_x: int | None = integer("LengthX", must=True)
    length_y: int | None = integer("LengthY", must=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class PTZPrecise:
    """Absolute direction (2022 A.2.3.1.11): pan 0 to 360 and tilt -30 to 90 degrees, zoom as a factor."""

    pan: float | None = number("Pan")
    tilt: float | None = number("Tilt")
    zoom: float | None = number("Zoom")


@dataclass(frozen=True, slots=True, kw_only=True)
class BasicParam:
    """Registration settings of a device; periods in seconds."""

    name: str | None = text("Name")
    device_id: str | None = text("DeviceID")
    sip_server_id: str | None = text("SIPServerID")
    sip_server_ip: str | None = text("SIPServerIP")
    sip_server_port: int | None = integer("SIPServerPort")
    domain_name: str | None = text("DomainName")
    expiration: int | None = integer("Expiration")
    password: str | None = text("Password")
    heart_beat_interval: int | None = integer("HeartBeatInterval")
    heart_beat_count: int | None = integer("HeartBeatCount")
    position_capability: int | None = integer("PositionCapability")
    longitude: float | None = number("Longitude")
    latitude: float | None = number("Latitude")


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapShotConfig:
    """Order for pictures (2022 9.14): how many (1 to 10), seconds between, where to."""

    snap_num: int | None = integer("SnapNum", must=True)
    interval: int | None = integer("Interval", must=True)
    upload_url: str | None = text("UploadURL", must=True)
    session_id: str | None = text("SessionID", must=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoAttribute:
    """Settings of one stream (2022 A.2.1.13)."""

    stream_number: int | None = integer("StreamNumber")
    video_format: str | None = text("VideoFormat")
    resolution: str | None = text("Resolution")
    frame_rate: str | None = text("FrameRate")
    bit_rate_type: str | None = text("BitRateType")
    video_bit_rate: str | None = text("VideoBitRate")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceUpgrade:
    """Order to take new firmware (2022 9.13)."""

    firmware: str | None = text("Firmware", must=True)
    file_url: str | None = text("FileURL", must=True)
    manufacturer: str | None = text("Manufacturer", must=True)
    session_id: str | None = text("SessionID", must=True)
