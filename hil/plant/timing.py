"""The plant's two rates: mechanics and electronics at each step, ground, heat and supply at each tick."""

STEP_NS = 1_000_000
STEPS_PER_TICK = 10
STEP_S = STEP_NS * 1e-9
TICK_S = STEP_S * STEPS_PER_TICK
