"""Ids and codes, clock, geo, units, results: pure, known to every floor."""
