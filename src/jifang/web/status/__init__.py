"""How the platform is: processes, readings, faults, gateways."""
