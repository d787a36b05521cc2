"""What the camera sees: Sun, ground, hardware and sensor. Physics only: pictures leave as arrays."""
