"""Telemetry reports other than housekeeping and events, one module for each PUS service."""
