"""The cyclic executive: a checked schedule table, the loop that runs it, its clocks, aliveness vote and watchdog."""
