"""The registry's pages: declarations of its tables, and the few parts that only it has."""
