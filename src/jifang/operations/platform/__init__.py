"""The platform looks at itself: its processes, what it measured about its machine, its faults and backups."""
