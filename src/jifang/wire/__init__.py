"""Records that cross a process boundary: pure."""
