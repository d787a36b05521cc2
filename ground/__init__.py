"""Ground segment: receives, decodes, commands."""
