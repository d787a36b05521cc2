"""Device drivers: non-blocking and split-phase; they ask in one minor frame and take the answer in a later one."""
