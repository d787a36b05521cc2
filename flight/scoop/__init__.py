"""Arm, contact, digging and weighing: the mathematics of the scoop."""
