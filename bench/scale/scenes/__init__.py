"""Every scene, by name, in the order in which they run: what changes something comes last."""

from bench.scale.scenes import floor, lists, live, desk, crew, overviews, admin, filing  # noqa: I001
from bench.scale.scenes.scene import SCENES, Scene, Unexpected

__all__ = ["SCENES", "Scene", "Unexpected"]
