"""On-board software of the sampling scoop."""
