"""The alarm gateway: frames of panels in over DC-09, rows out, an answer only after the row is on disk."""

from jifang.gateways.alarm.serving import Serving, serve
from jifang.gateways.alarm.settings import AlarmGatewaySettings, ListenerSettings

__all__ = ["AlarmGatewaySettings", "ListenerSettings", "Serving", "serve"]
