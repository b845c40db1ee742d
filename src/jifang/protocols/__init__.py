"""Sans-I/O codecs and state machines: bytes in, events out."""
