"""The vocabularies of the registry: every list of kinds, with the article it was taken from.

Short names of sources: *Order 799* = 公共安全视频图像信息系统管理条例;
*Guangdong* = 广东省安全技术防范管理实施办法;
*Shijiazhuang* = 石家庄市安全技术防范管理办法; *Order 421* = 企业事业单位内部治安保卫条例.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Order799Class(models.TextChoices):
    """Which rules of Order 799 bind the place (art. 7, 9, 33). Blank: nobody has decided yet."""

    GOVERNMENT = "a_gov", _("A · government-built public place (art. 7 para. 1)")
    GATHERING = "a_op_1", _("A · place where people gather (art. 7 para. 2 item 1)")
    STATION = "a_op_2", _("A · port, airport, station (art. 7 para. 2 item 2)")
    VEHICLE = "a_op_3", _("A · large or medium public vehicle (art. 7 para. 2 item 3)")
    SERVICE_AREA = "a_op_4", _("A · motorway or trunk road service area (art. 7 para. 2 item 4)")
    OTHER_PUBLIC = "b", _("B · other public place (art. 9)")
    NOT_PUBLIC = "c", _("C · non-public place (art. 33)")


class GuangdongItem(models.TextChoices):
    """The item of Guangdong art. 9 that makes the place a key unit."""

    DANGEROUS_GOODS = "9.1", _("(1) weapons, explosives, toxic or radioactive matter, precursors, pathogens")
    STATE_AND_CULTURE = "9.2", _("(2) Party and government, key research, heritage, museums, archives")
    SECRET_PAPERS = "9.3", _("(3) printing and storing of state secrets and examination papers")
    FINANCE = "9.4", _("(4) vaults, cash transport, banks, pawn shops, auctions, jewellery")
    MEDIA_UTILITIES = "9.5", _("(5) media, telecom, post, water, gas, power, fuel, large energy works")
    TRANSPORT = "9.6", _("(6) airports, ports, stations, vehicles, roads, bridges, tunnels, water works")
    CROWDS = "9.7", _("(7) schools, hospitals, entertainment, shopping, squares, stadiums, parks")
    STORAGE = "9.8", _("(8) warehouses, car repair, scrap, second-hand markets, logistics")
    PUBLIC_SERVICE = "9.9", _("(9) public service, detention, welfare, hotels, rentals, residential estates")
    OTHER = "9.10", _("(10) others named by law")


ORDER_799_SHORT = {
    Order799Class.GOVERNMENT: _("A government-built"),
    Order799Class.GATHERING: _("A gathering place"),
    Order799Class.STATION: _("A transport hub"),
    Order799Class.VEHICLE: _("A vehicle"),
    Order799Class.SERVICE_AREA: _("A service area"),
    Order799Class.OTHER_PUBLIC: _("B public"),
    Order799Class.NOT_PUBLIC: _("C not public"),
}
"""The classes as a narrow column shows them."""

GUANGDONG_SHORT = {
    GuangdongItem.DANGEROUS_GOODS: _("(1) dangerous goods"),
    GuangdongItem.STATE_AND_CULTURE: _("(2) state, culture"),
    GuangdongItem.SECRET_PAPERS: _("(3) secret papers"),
    GuangdongItem.FINANCE: _("(4) finance"),
    GuangdongItem.MEDIA_UTILITIES: _("(5) utilities"),
    GuangdongItem.TRANSPORT: _("(6) transport"),
    GuangdongItem.CROWDS: _("(7) crowds"),
    GuangdongItem.STORAGE: _("(8) storage"),
    GuangdongItem.PUBLIC_SERVICE: _("(9) public service"),
    GuangdongItem.OTHER: _("(10) others"),
}
"""The items as a narrow column shows them."""


class ShijiazhuangItem(models.TextChoices):
    """The item of Shijiazhuang art. 6 under which the place must have a system."""

    DANGEROUS_GOODS = (
        "6.1",
        _("(1) stores of weapons, explosives, poisons, precursors, drugs, pathogens"),
    )
    RESEARCH_ARCHIVES = "6.2", _("(2) key state research, important archives")
    MUSEUMS = "6.3", _("(3) museums, memorials, exhibitions of valuables")
    FINANCE = "6.4", _("(4) vaults, mints, cash vehicles, pawn shops, banks, financial data")
    VITAL_PARTS = "6.5", _("(5) vital parts of government, media, telecom, post, utilities")
    STATIONS = "6.6", _("(6) coach stations, railway stations of class two and above")
    NEW_ESTATES = "6.7", _("(para. 2) important parts of new residential estates")


class KeyUnitClass(models.TextChoices):
    """The class of internal-security key unit (治安保卫重点单位) of Order 421 art. 13."""

    MEDIA = "13.1", _("(1) important news units")
    TRANSPORT_HUB = "13.2", _("(2) airports, ports, large stations")
    DEFENCE_INDUSTRY = "13.3", _("(3) research and production for defence")
    TELECOM_POST_FINANCE = "13.4", _("(4) telecom, post, finance")
    ENERGY_UTILITIES = "13.5", _("(5) large energy and water works, city utilities")
    STORAGE_TRADE = "13.6", _("(6) large stores of goods and large trade centres")
    EDUCATION_HEALTH_CULTURE = "13.7", _("(7) education, research, medicine, large culture and sports venues")
    MUSEUMS = "13.8", _("(8) museums, archives, key heritage")
    DANGEROUS_GOODS = "13.9", _("(9) dangerous goods, pathogens")
    STATE_PROJECTS = "13.10", _("(10) key state construction projects")
    OTHER = "13.11", _("(11) others that must be listed")


class ResponsibleBasis(models.TextChoices):
    """Why the responsible party is responsible (Guangdong art. 9 para. 3, in this order)."""

    AGREEMENT = "agreement", _("by agreement")
    OWNER = "owner", _("owner, no agreement made")
    STATE_ASSET = "state_asset", _("lawful user or operator of a state asset")


class Grade(models.IntegerChoices):
    """Risk level of a protected object, or class of a project (GA/T 75-94 §2.5): one is the highest."""

    FIRST = 1, _("First level")
    SECOND = 2, _("Second level")
    THIRD = 3, _("Third level")


class Datum(models.TextChoices):
    """The coordinate system in which a position was declared."""

    WGS84 = "wgs84", _("WGS-84 (or CGCS2000)")
    GCJ02 = "gcj02", _("GCJ-02 (maps of China)")
    BD09 = "bd09", _("BD-09 (Baidu)")


class Status(models.TextChoices):
    """Where an entry stands in its life. The transitions are in ``lifecycle.py``."""

    PLANNED = "planned", _("Planned")
    IN_USE = "in_use", _("In use")
    SUSPENDED = "suspended", _("Suspended")
    RETIRED = "retired", _("Retired")


class BuiltBy(models.TextChoices):
    """Who built a system (Order 799 art. 7): the government as public infrastructure, or the operator."""

    GOVERNMENT = "government", _("Government")
    OPERATOR = "operator", _("Operating unit")


class PrivatePlaceKind(models.TextChoices):
    """Places where cameras and microphones are banned (Order 799 art. 8, Guangdong art. 10)."""

    GUEST_ROOM = "guest_room", _("Guest room or private dining room")
    DORMITORY = "dormitory", _("Dormitory or staff rest room")
    BATH = "bath", _("Public bath")
    TOILET = "toilet", _("Toilet")
    CHANGING_ROOM = "changing_room", _("Changing room")
    NURSING_ROOM = "nursing_room", _("Nursing room")
    FITTING_ROOM = "fitting_room", _("Fitting room")
    OTHER = "other", _("Other place that shows or lets hear privacy")


class DeviceKind(models.TextChoices):
    """What a device is; the GB/T 28181 type digits are checked against it where it has an ID."""

    CAMERA = "camera", _("Camera")
    RECORDER = "recorder", _("Video recorder")
    ENCODER = "encoder", _("Encoder or video server")
    ALARM_PANEL = "alarm_panel", _("Alarm panel")
    EXPANDER = "expander", _("Zone expander")
    KEYPAD = "keypad", _("Keypad")
    DETECTOR = "detector", _("Detector")
    SOUNDER = "sounder", _("Sounder or flash light")
    ACCESS_CONTROLLER = "access_controller", _("Access controller")
    READER = "reader", _("Reader")
    LOCK = "lock", _("Electric lock")
    INTERCOM = "intercom", _("Intercom station")
    TURNSTILE = "turnstile", _("Turnstile or gate")
    BARRIER = "barrier", _("Vehicle barrier")
    PATROL_READER = "patrol_reader", _("Guard-tour reader")
    SCREENING = "screening", _("Security screening device")
    VEHICLE_TERMINAL = "vehicle_terminal", _("Vehicle terminal")
    STORAGE = "storage", _("Storage")
    SERVER = "server", _("Server")
    NETWORK = "network", _("Network device")
    POWER = "power", _("Standby power supply")
    MICROPHONE = "microphone", _("Microphone")
    OTHER = "other", _("Other device")


class PointKind(models.TextChoices):
    """What a point is: the smallest thing that can be on a plan and raise an event."""

    ZONE = "zone", _("Zone")
    OUTPUT = "output", _("Output")
    DOOR = "door", _("Door")
    READER = "reader", _("Reader")
    CAMERA = "camera", _("Camera view")
    MICROPHONE = "microphone", _("Microphone")
    PATROL = "patrol", _("Guard-tour point")
    LANE = "lane", _("Vehicle lane")
    SCREENING = "screening", _("Screening position")
    INTERCOM = "intercom", _("Intercom")
    OTHER = "other", _("Other point")


class Principle(models.TextChoices):
    """How a detector detects (GB/T 10408 family, GB 55029 §3.1.3 for perimeters)."""

    PASSIVE_INFRARED = "pir", _("Passive infrared")
    DUAL = "dual", _("Infrared and microwave")
    MICROWAVE = "microwave", _("Microwave")
    ULTRASONIC = "ultrasonic", _("Ultrasonic")
    ACTIVE_INFRARED = "active_infrared", _("Active infrared beam")
    LASER = "laser", _("Laser beam")
    MAGNETIC_CONTACT = "contact", _("Magnetic contact")
    GLASS_BREAK = "glass_break", _("Glass break")
    VIBRATION = "vibration", _("Vibration")
    PRESSURE = "pressure", _("Pressure")
    ELECTRONIC_FENCE = "electronic_fence", _("Electronic fence")
    LEAKY_CABLE = "leaky_cable", _("Leaky cable")
    FIBRE = "fibre", _("Vibration fibre")
    VIDEO = "video", _("Video analysis")
    RADAR = "radar", _("Radar")
    HOLD_UP_BUTTON = "hold_up", _("Hold-up device, hand")
    HOLD_UP_FOOT = "hold_up_foot", _("Hold-up device, foot")
    SMOKE = "smoke", _("Smoke")
    HEAT = "heat", _("Heat")
    GAS = "gas", _("Gas")
    WATER = "water", _("Water")
    TAMPER = "tamper", _("Tamper contact")
    TECHNICAL = "technical", _("Technical contact")


class CertificateKind(models.TextChoices):
    """Proofs of quality that the law accepts (Guangdong art. 13, art. 17 item 4)."""

    PRODUCTION_LICENCE = "production_licence", _("Industrial production licence")
    COMPULSORY = "ccc", _("Compulsory certification (CCC)")
    VOLUNTARY = "voluntary", _("Voluntary certification")
    TEST_REPORT = "test_report", _("Test report")
    OTHER = "other", _("Other proof")


class ContactRole(models.TextChoices):
    """Why one calls this person."""

    PRINCIPAL = "principal", _("Principal of the unit")
    SECURITY_HEAD = "security_head", _("Head of security")
    KEY_HOLDER = "key_holder", _("Key-holder")
    DUTY_ROOM = "duty_room", _("Duty room")
    GUARD = "guard", _("Guard")
    MAINTENANCE = "maintenance", _("Maintenance")
    POLICE = "police", _("Police contact")
    OTHER = "other", _("Other contact")


class CallPurpose(models.TextChoices):
    """The kind of event for which a call list is meant."""

    ALL = "all", _("Every event")
    HOLD_UP = "hold_up", _("Hold-up and panic")
    BURGLARY = "burglary", _("Burglary")
    FIRE = "fire", _("Fire")
    TECHNICAL = "technical", _("Technical fault")
    OPEN_CLOSE = "open_close", _("Opening and closing")
