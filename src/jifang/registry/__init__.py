"""Sites, systems, devices, points, products."""
