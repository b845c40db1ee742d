"""RFC 9162 log, checkpoints, offline verifier: pure."""
