"""Every type of system and subsystem that the founding texts name.

The key is ours and stays; the group tells where the type stands on a page; the label is translated. Types
that the texts name as functions of an authority or an association (licences, inspections, catalogue) are
procedures, not systems: they get rooms of their own and no kind here.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SystemKind(models.TextChoices):
    """The type of a system or subsystem (Guangdong art. 40, Shijiazhuang art. 3, and the handbooks)."""

    # Alarm
    INTRUSION = "intrusion", _("Intrusion detection and burglar alarm")
    SENSOR_ALARM = "sensor_alarm", _("Sensor alarm")
    HOLD_UP = "hold_up", _("Hold-up and panic alarm")
    RESCUE = "rescue", _("Community and social rescue alarm")
    EMERGENCY_NETWORK = "emergency_network", _("Dedicated emergency alarm network")
    ALARM_TAKING = "alarm_taking", _("Alarm-taking subsystem")
    ALARM_TRANSMISSION = "alarm_transmission", _("Alarm transmission")
    ALARM_SERVICE = "alarm_service", _("Networked alarm service")
    ALARM_CENTRE = "alarm_centre", _("Alarm-receiving centre")
    REGIONAL_ALARM = "regional_alarm", _("110 regional alarm system")
    DISPATCH_DESK = "dispatch_desk", _("110 dispatch desk")
    URBAN_ALARM_SERVICE = "urban_alarm_service", _("Urban integrated alarm service")
    COMMUNITY_ALARM = "community_alarm", _("Community security alarm")
    VEHICLE_ALARM = "vehicle_alarm", _("Vehicle anti-theft and anti-hijack alarm")
    CASH_TRANSPORT = "cash_transport", _("Cash-in-transit vehicle protection")
    PERIMETER = "perimeter", _("Perimeter protection")
    # Picture
    VIDEO = "video", _("Video surveillance")
    NETWORK_SURVEILLANCE = "network_surveillance", _("Dynamic public-order network surveillance")
    URBAN_VIDEO_ALARM = "urban_video_alarm", _("Urban video and alarm network")
    SHARED_PLATFORM = "shared_platform", _("Shared video platform")
    ROAD_CHECKPOINT = "road_checkpoint", _("Road checkpoint and road-order monitoring")
    ELECTRONIC_POLICE = "electronic_police", _("Electronic police and intelligent traffic")
    PLATE_RECOGNITION = "plate_recognition", _("Number-plate recognition")
    VIDEO_ANALYSIS = "video_analysis", _("Intelligent video analysis")
    CROWD_DENSITY = "crowd_density", _("Crowd density watching")
    MOBILE_SURVEILLANCE = "mobile_surveillance", _("Mobile surveillance")
    REMOTE_VIDEO = "remote_video", _("Remote video management for industries")
    CITY_VIDEO_NETWORK = "city_video_network", _("City video network monitoring")
    STATION_VISUAL = "station_visual", _("Visual order management of a police station")
    # Entry
    ACCESS_CONTROL = "access_control", _("Access control")
    ENTRANCE_MONITORING = "entrance_monitoring", _("Entrance monitoring")
    INTERCOM = "intercom", _("Building intercom")
    LOCKS_DOORS = "locks_doors", _("Electric locks and security doors")
    GUARD_TOUR = "guard_tour", _("Electronic guard tour")
    PARKING = "parking", _("Parking management")
    SCREENING = "screening", _("Explosives and security screening")
    BIOMETRICS = "biometrics", _("Biometric verification")
    # Whole
    PHYSICAL_BARRIERS = "physical_barriers", _("Physical barriers")
    INTEGRATION = "integration", _("Integrated system")
    CABLING = "cabling", _("Network and cabling")
    EMERGENCY_COMMAND = "emergency_command", _("Emergency command interface")
    COMMAND_DISPATCH = "command_dispatch", _("Command and dispatch")
    LIFE_SUPPORT = "life_support", _("Emergency and life support")
    SAFE_CITY = "safe_city", _("Safe-city and smart-city base")
    SIGNS = "signs", _("Signs and warning boards")
    CITY_MANAGEMENT = "city_management", _("Digital city management feed")
    RISK_EVALUATION = "risk_evaluation", _("Risk grading, efficacy evaluation, early warning")
    OTHER = "other", _("Other system")


class Group(models.TextChoices):
    """Families of kinds, for filters and pages."""

    ALARM = "alarm", _("Alarm")
    PICTURE = "picture", _("Picture")
    ENTRY = "entry", _("Entry")
    WHOLE = "whole", _("Whole and support")


_FIRST_OF_GROUP = {
    SystemKind.INTRUSION: Group.ALARM,
    SystemKind.VIDEO: Group.PICTURE,
    SystemKind.ACCESS_CONTROL: Group.ENTRY,
    SystemKind.PHYSICAL_BARRIERS: Group.WHOLE,
}


def _groups() -> dict[str, Group]:
    table: dict[str, Group] = {}
    group = Group.ALARM
    for kind in SystemKind:
        group = _FIRST_OF_GROUP.get(kind, group)
        table[kind.value] = group
    return table


GROUP_OF = _groups()
"""Kind → family."""

RECORDS_PICTURES = frozenset(kind for kind, group in GROUP_OF.items() if group is Group.PICTURE)
"""Kinds whose stored pictures have a legal minimum of days (Order 799 art. 17, Guangdong art. 20)."""
