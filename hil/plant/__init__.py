"""The physics of the bench: arm, servos, soil, terrain, load cell. It knows no bytes."""
