"""Sign-in, second factor, sessions, break-glass, first run."""
