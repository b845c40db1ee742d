"""Yunhe (云河市): a city that exists only here, drawn and peopled from a seed.

It lies in open sea off the coast so that nobody takes it for a real place; its region codes (4498..) are not
in use in GB/T 2260. The same seed gives the same city to the last metre.
"""

from jifang.simulators.city.people import Population, populate
from jifang.simulators.city.plan import Plan, draw

__all__ = ["Plan", "Population", "draw", "populate"]
