"""Panels that speak DC-09 over sockets: they dial, retry, poll, encrypt and correct their clock."""

from jifang.simulators.panels.fleet import Figures, Fleet
from jifang.simulators.panels.panel import Panel
from jifang.simulators.panels.scenarios import SCENARIOS, Step
from jifang.simulators.panels.specs import PanelPath, PanelSpec, Zone, invented, read_panels

__all__ = [
    "SCENARIOS",
    "Figures",
    "Fleet",
    "Panel",
    "PanelPath",
    "PanelSpec",
    "Step",
    "Zone",
    "invented",
    "read_panels",
]
