"""The physics of the bench: a lander's arm or a rover, servos, soil, terrain, load cell. It knows no bytes."""
