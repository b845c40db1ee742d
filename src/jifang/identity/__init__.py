"""Regions, organisations, people, grants, audit trail, ledger storage."""
