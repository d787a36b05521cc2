"""Telecommands, one module for each PUS service."""
