"""Signals, activations, the duty queue."""
