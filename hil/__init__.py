"""The bench: physics and byte-exact devices that stand in for the hardware."""
