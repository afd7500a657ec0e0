"""The picture while it is being drawn: a street in metres on a canvas twice the size asked for."""

from functools import lru_cache
from io import BytesIO
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from .camera import Camera, Point
from .colour import Colour, mix
from .mood import Mood
from .shapes import Outline

FINER = 2
QUALITIES = (82, 74, 64)
BYTES_PER_PIXEL = 0.122
SOFT = 8


class Stage:
    """Fills outlines in the colour they have in this light and at their distance.

    `sun_from` is -1 when the light comes from small x, +1 when from large x.
    """

    def __init__(self, camera: Camera, mood: Mood, sun_from: int):
        self.camera, self.mood, self.sun_from = camera, mood, sun_from
        self.image = Image.new("RGB", (camera.width, camera.height), mood.sky[-1])
        self.pen = ImageDraw.Draw(self.image)
        self.glaze = ImageDraw.Draw(self.image, "RGBA")
        self.lean = (-sun_from * mood.throw, -0.35 * mood.throw)

    def copy(self) -> "Stage":
        """The same picture so far, to go on in another way."""
        other = Stage.__new__(Stage)
        other.__dict__.update(self.__dict__)
        other.image = self.image.copy()
        other.pen = ImageDraw.Draw(other.image)
        other.glaze = ImageDraw.Draw(other.image, "RGBA")
        return other

    # Outlines in the world

    def fill(self, points: list[Point], colour: Colour, lit: float = 1.0) -> None:
        """A flat shape anywhere."""
        pixels = self.camera.project(points)
        if len(pixels) > 2:
            depth = self.camera.depth(points[0])
            self.pen.polygon(pixels, fill=self.mood.tone(colour, depth, lit))

    def ground(self, outline: Outline, colour: Colour, *, x=0.0, z=0.0, y=0.0, lit=1.0) -> None:
        """A shape lying flat; the outline is (x, z)."""
        self.fill([(x + u, y, z + v) for u, v in outline], colour, lit)

    def wall(self, outline: Outline, colour: Colour, *, x=0.0, y=0.0, z=0.0, lit=1.0) -> None:
        """A shape standing parallel to the street; the outline is (x, y)."""
        self.fill([(x + u, y + v, z) for u, v in outline], colour, lit)

    def flank(self, outline: Outline, colour: Colour, *, x=0.0, y=0.0, z=0.0, lit=1.0) -> None:
        """A shape standing at right angles to the street; the outline is (z, y)."""
        self.fill([(x, y + v, z + u) for u, v in outline], colour, lit)

    def card(self, outline: Outline, colour: Colour, at: Point, lit: float = 1.0) -> None:
        """A shape that faces the camera, for what is round; the outline is (across, up)."""
        self.fill(self.facing(outline, at), colour, lit)

    def facing(self, outline: Outline, at: Point) -> list[Point]:
        """The points of a shape that faces the camera."""
        x, y, z = at
        c, s = self.camera.cosine, self.camera.sine
        return [(x + u * c, y + v, z - u * s) for u, v in outline]

    def read(self, outline: Outline) -> Outline:
        """Writing, turned round where the camera mirrors, so that it reads from the left."""
        return [(-u, v) for u, v in outline] if self.camera.mirrored else outline

    def side(self) -> int:
        """+1 if the light comes from the card's positive side."""
        return self.sun_from

    # Solids

    def block(self, x0, x1, y0, y1, z0, z1, colour: Colour) -> None:
        """A box: the faces that can be seen, each in its own light."""
        camera = self.camera
        plan = [(x0, z0), (x1, z0), (x1, z1), (x0, z1)]
        if camera.y > y1:
            self.ground(plan, colour, y=y1, lit=1.14)
        elif camera.y < y0:
            self.ground(plan, colour, y=y0, lit=0.6)
        for x, seen, towards in ((x0, camera.x < x0, -1), (x1, camera.x > x1, 1)):
            if seen:
                lit = 1.05 if towards == self.sun_from else 0.72
                self.flank([(z0, y0), (z1, y0), (z1, y1), (z0, y1)], colour, x=x, lit=lit)
        if camera.z < z0:
            self.wall([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], colour, z=z0, lit=0.94)

    def post(self, x, z, y0, y1, radius, colour: Colour, *, top: float | None = None) -> None:
        """A round post; `top` is its radius at the upper end, where that differs."""
        end = radius if top is None else top
        at, s = (x, y0, z), self.side()
        height = y1 - y0
        body = [(-radius, 0), (radius, 0), (end, height), (-end, height)]
        self.card(body, colour, at, 0.95)
        dark = [(-s * radius, 0), (-s * radius * 0.1, 0), (-s * end * 0.1, height)]
        self.card([*dark, (-s * end, height)], colour, at, 0.72)
        bright = [(s * radius * 0.45, 0), (s * radius * 0.8, 0), (s * end * 0.8, height)]
        self.card([*bright, (s * end * 0.45, height)], colour, at, 1.15)

    def line(self, points: list[Point], width: float, colour: Colour, lit: float = 1.0) -> None:
        """A line `width` metres thick, as thick as it looks at its first point."""
        pixels = [self.camera.pixel(point) for point in points]
        thick = max(1, round(width * self.camera.pixels_per_metre(points[0])))
        tone = self.mood.tone(colour, self.camera.depth(points[0]), lit)
        self.pen.line(pixels, fill=tone, width=thick, joint="curve")

    # Light

    def veil(self, points: list[Point], colour: Colour, opacity: float) -> None:
        """A sheet one can look through: glass, a beam, thin paint. `opacity` is 0 to 1."""
        pixels = self.camera.project(points)
        if len(pixels) > 2:
            tone = self.mood.tone(colour, self.camera.depth(points[0]))
            self.glaze.polygon(pixels, fill=(*tone, int(255 * opacity)))

    def shade(self, outlines: list[list[Point]], *, strength=1.0, blur=1.0) -> None:
        """Shadow on whatever is already drawn; outlines that overlap are not darker there."""
        pixels = [outline for points in outlines if (outline := self.camera.project(points))]
        opacity = int(255 * min(1.0, self.mood.shadow * strength))
        self._soft(pixels, self.mood.ink, opacity, 1.1 * blur)

    def cast(self, outline: Outline, at: Point, *, y=0.0, strength=1.0, blur=1.0) -> None:
        """The shadow on the ground (at height `y`) of a card that stands at a point."""
        self.shade([self.fallen(outline, at, y)], strength=strength, blur=blur)

    def fallen(self, outline: Outline, at: Point, y: float = 0.0) -> list[Point]:
        """Where the sun throws a card's outline."""
        x, base, z = at
        c, s = self.camera.cosine, self.camera.sine
        lx, lz = self.lean
        rise = base - y
        return [(x + u * c + (v + rise) * lx, y, z - u * s + (v + rise) * lz) for u, v in outline]

    def rest(self, x0, x1, z0, z1, height=0.0, *, y=0.0, strength=1.0) -> None:
        """The shadow of a box that stands on the ground, with the dark seam under it."""
        lx, lz = self.lean[0] * height, self.lean[1] * height
        feet = [(x0, z0), (x1, z0), (x1, z1), (x0, z1)]
        far = [(x + lx, z + lz) for x, z in feet]
        faces = [[feet[i], feet[i - 1], far[i - 1], far[i]] for i in range(4)]
        self.shade(
            [[(x, y, z) for x, z in face] for face in (feet, far, *faces)], strength=strength
        )

    def glow(self, at: Point, radius: float, colour: Colour, strength: float = 1.0) -> None:
        """Light around a lamp; `radius` in metres."""
        self.halo(
            self.camera.pixel(at), radius * self.camera.pixels_per_metre(at), colour, strength
        )

    def halo(self, pixel, radius: float, colour: Colour, strength: float = 1.0) -> None:
        """The same in pixels."""
        side = max(2, int(radius * 2))
        mask = _halo(min(side, 512)).resize((side, side), Image.Resampling.BILINEAR)
        if strength != 1.0:
            mask = mask.point([int(i * strength) for i in range(256)])
        corner = (int(pixel[0] - radius), int(pixel[1] - radius))
        self.image.paste(colour, corner, mask)

    def gradient(self, stops: tuple[Colour, ...], top: float, bottom: float) -> None:
        """Horizontal bands from the first colour at `top` to the last at `bottom`, in pixels."""
        first, last, spans = max(0, int(top)), min(self.camera.height, int(bottom)), len(stops) - 1
        for y in range(first, last):
            share = (y - top) / (bottom - top) * spans
            index = min(int(share), spans - 1)
            colour = mix(stops[index], stops[index + 1], share - index)
            self.pen.line((0, y, self.camera.width, y), fill=colour)

    def jpeg(self, grain: int) -> bytes:
        """The finished picture at half the canvas's size."""
        small = self.image.reduce(FINER)
        paper = _paper(small.size, grain % 4)
        grained = ImageChops.multiply(small, paper)
        for quality in QUALITIES:
            buffer = BytesIO()
            grained.save(buffer, "JPEG", quality=quality)
            if buffer.tell() <= BYTES_PER_PIXEL * small.width * small.height:
                break
        return buffer.getvalue()

    def _soft(self, outlines, colour: Colour, opacity: int, blur: float) -> None:
        if not outlines:
            return
        corners = [corner for outline in outlines for corner in outline]
        pad = SOFT * 3
        left = max(0, int(min(x for x, _ in corners)) - pad)
        top = max(0, int(min(y for _, y in corners)) - pad)
        right = min(self.camera.width, int(max(x for x, _ in corners)) + pad)
        bottom = min(self.camera.height, int(max(y for _, y in corners)) + pad)
        if right <= left or bottom <= top:
            return
        size = ((right - left) // SOFT + 1, (bottom - top) // SOFT + 1)
        mask = Image.new("L", (size[0] * 2, size[1] * 2))
        pen = ImageDraw.Draw(mask)
        for outline in outlines:
            step = SOFT / 2
            pen.polygon([((x - left) / step, (y - top) / step) for x, y in outline], fill=opacity)
        mask = mask.filter(ImageFilter.GaussianBlur(blur)) if blur else mask
        mask = mask.resize((size[0] * SOFT, size[1] * SOFT), Image.Resampling.BILINEAR)
        self.image.paste(colour, (left, top), mask)


@lru_cache(maxsize=64)
def _halo(side: int) -> Image.Image:
    falling = Image.radial_gradient("L").resize((side, side))
    return falling.point([int(255 * max(0.0, 1 - i / 180) ** 2) for i in range(256)])


@lru_cache(maxsize=8)
def _paper(size: tuple[int, int], sheet: int) -> Image.Image:
    """Grain and a faint vignette, to be multiplied with a picture."""
    noise = Random(311 + sheet).randbytes(256 * 256)
    tile = Image.frombytes("L", (256, 256), noise).filter(ImageFilter.GaussianBlur(0.8))
    tile = tile.point([242 + round(i * 18 / 255) for i in range(256)])
    grain = Image.new("L", size)
    for x in range(0, size[0], 256):
        for y in range(0, size[1], 256):
            grain.paste(tile, (x, y))
    falling = Image.radial_gradient("L").resize(size, Image.Resampling.BILINEAR)
    edge = falling.point([255 - int(26 * max(0.0, (i - 110) / 145) ** 1.6) for i in range(256)])
    return Image.merge("RGB", [ImageChops.multiply(grain, edge)] * 3)
