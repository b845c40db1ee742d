"""The log of signals."""
