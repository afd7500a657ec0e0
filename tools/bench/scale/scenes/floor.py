"""Scenes of the minimum cost of a response."""

from tools.bench.scale.scenes.scene import page

page("bare view", "bare", "/bare/", rounds=200, is_floor=True)
page("health live", "stranger", "/healthz/live", rounds=50)
page("health serving", "stranger", "/healthz/serving")  # beat does not run in the benchmark
