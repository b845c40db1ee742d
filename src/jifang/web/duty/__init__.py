"""The duty room: queue, alarm card, shifts, the supervisor's page."""
