"""Receiving, as people look after it: accounts, keys, paths, listeners, refusals."""
