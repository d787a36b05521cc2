"""The space link on board: ports, downlink of telemetry frames, uplink of telecommands."""
