"""The sampling sequence and its steps."""
