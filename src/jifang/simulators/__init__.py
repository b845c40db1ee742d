"""Panels that speak the real protocols over sockets."""
