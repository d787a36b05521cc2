"""PUS services: what a telecommand can ask, what telemetry answers."""
