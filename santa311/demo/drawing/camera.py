"""Where the picture is taken from, and how a street in metres becomes a picture in pixels.

The world: x runs along the street, y up, z away from the road towards the houses, all in metres;
the sidewalk's surface is y = 0 and its curb is z = 0. Uprights stay upright in the picture, as
with an architect's lens: only the horizon moves.
"""

from dataclasses import dataclass
from math import cos, hypot, radians, sin

type Point = tuple[float, float, float]
type Pixel = tuple[float, float]

NEAR = 0.4


@dataclass(frozen=True)
class View:
    """How a subject wants to be seen.

    `focal` and `horizon` are shares of the picture's width and height; `distance` and `eye` are
    metres; `yaw` is the largest turn to either side, in degrees.
    """

    distance: float
    eye: float = 1.6
    focal: float = 1.05
    horizon: float = 0.4
    yaw: float = 24.0
    least_yaw: float = 4.0
    drift: float = 0.03


class Camera:
    """Projects points; x to the right and y down in pixels of a picture `size` large."""

    def __init__(self, view: View, target: Pixel, yaw: float, size, *, mirrored=False, drift=0.0):
        self.sine, self.cosine = sin(radians(yaw)), cos(radians(yaw))
        self.x = target[0] - view.distance * self.sine
        self.z = target[1] - view.distance * self.cosine
        self.y = view.eye
        self.yaw = yaw
        self.mirrored = mirrored
        self.width, self.height = size
        self.focal = view.focal * self.width
        self.across = -self.focal if mirrored else self.focal
        self.center = self.width * (0.5 + drift)
        self.horizon = view.horizon * self.height

    def depth(self, point: Point) -> float:
        """Metres in front of the lens; negative behind it."""
        return (point[0] - self.x) * self.sine + (point[2] - self.z) * self.cosine

    def distance(self, x: float, z: float) -> float:
        """Metres over the ground."""
        return hypot(x - self.x, z - self.z)

    def project(self, points) -> list[Pixel]:
        """The outline's pixels, cut where it passes behind the lens; empty if all of it does."""
        seen = [self._turned(point) for point in points]
        if any(point[2] < NEAR for point in seen):
            seen = _in_front(seen)
        return [self._pixel(*point) for point in seen]

    def pixel(self, point: Point) -> Pixel:
        """One point that lies in front of the lens."""
        across, up, ahead = self._turned(point)
        return self._pixel(across, up, max(ahead, NEAR))

    def pixels_per_metre(self, point: Point) -> float:
        """How large a metre is at that point."""
        return self.focal / max(self.depth(point), NEAR)

    def _turned(self, point: Point) -> Point:
        east, north = point[0] - self.x, point[2] - self.z
        return (
            east * self.cosine - north * self.sine,
            point[1] - self.y,
            east * self.sine + north * self.cosine,
        )

    def _pixel(self, across: float, up: float, ahead: float) -> Pixel:
        return self.center + self.across * across / ahead, self.horizon - self.focal * up / ahead


def _in_front(points: list[Point]) -> list[Point]:
    """Sutherland and Hodgman's clipping, against the one plane that matters."""
    kept: list[Point] = []
    for here, there in zip(points, points[1:] + points[:1], strict=True):
        if here[2] >= NEAR:
            kept.append(here)
        if (here[2] >= NEAR) != (there[2] >= NEAR):
            share = (NEAR - here[2]) / (there[2] - here[2])
            kept.append(tuple(a + (b - a) * share for a, b in zip(here, there, strict=True)))
    return kept
