"""The map of sites: what stands where, and how it is now."""
