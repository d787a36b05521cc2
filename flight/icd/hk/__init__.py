"""Housekeeping structures, one module for each part that fills them."""
