"""Device models, byte-exact: what hosts reach through the wires of the bench."""
