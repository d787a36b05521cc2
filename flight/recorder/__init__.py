"""The non-volatile side: what is recorded on board, in a process of its own that the executive never waits for."""
