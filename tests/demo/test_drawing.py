"""The demo's drawn pictures: pairs of one place, small, and free of metadata."""

from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageStat

from santa311.demo.drawing import SUBJECTS, alt, draw

SMALL = (320, 240)


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


def share_that_differs(first: bytes, second: bytes) -> float:
    """How much of the picture changed visibly, from 0 to 1."""
    gap = ImageChops.difference(opened(first), opened(second)).convert("L")
    return ImageStat.Stat(gap.point([0] * 24 + [255] * 232)).mean[0] / 255


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_pair_shows_one_place_and_one_difference(subject):
    before = draw(subject, fixed=False, seed=7, size=SMALL)
    after = draw(subject, fixed=True, seed=7, size=SMALL)
    assert 0.005 < share_that_differs(before, after) < 0.45
    assert alt(subject, False) != alt(subject, True)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_two_seeds_show_two_places(subject):
    first = draw(subject, fixed=True, seed=1, size=SMALL)
    second = draw(subject, fixed=True, seed=2, size=SMALL)
    assert share_that_differs(first, second) > 0.2


def test_the_same_arguments_give_the_same_bytes_whatever_was_drawn_between():
    first = draw("sofa", fixed=False, seed=42, size=SMALL)
    for subject in ("graffiti", "beach", "drain"):
        draw(subject, fixed=True, seed=42, size=SMALL)
    assert draw("sofa", fixed=False, seed=42, size=SMALL) == first


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_picture_is_a_plain_jpeg_of_the_size_asked_for(subject):
    data = draw(subject, fixed=False, seed=3)
    picture = opened(data)
    assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (1280, 960))
    assert len(data) <= 150_000
    assert not picture.getexif()
    assert not {"exif", "icc_profile", "comment", "xmp"} & set(picture.info)


def test_an_unknown_subject_is_refused():
    with pytest.raises(KeyError):
        draw("unicorn", fixed=True, seed=1)
