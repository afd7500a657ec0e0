"""A call or a walk-in: what the agent takes down, and what becomes of it."""
