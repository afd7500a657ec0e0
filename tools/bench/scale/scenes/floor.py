"""What every answer costs at least."""

from tools.bench.scale.scenes.scene import page

page("bare view", "bare", "/bare/", rounds=200, is_floor=True)
page("health live", "stranger", "/healthz/live", rounds=50)
page("health serving", "stranger", "/healthz/serving")  # no beat runs here
