"""All scenes by name, in the order in which they run: those that change data come last."""

from importlib import import_module

from tools.bench.scale.scenes.scene import SCENES, Scene, Unexpected

for _module in (
    "floor", "lists", "live", "desk", "crew", "overviews", "admin", "expired", "filters", "open311",
    "filing", "commands",
):  # fmt: skip
    import_module(f"tools.bench.scale.scenes.{_module}")

__all__ = ["SCENES", "Scene", "Unexpected"]
