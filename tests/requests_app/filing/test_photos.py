"""Tests for photos in the report form: accepted and refused files, and error messages."""

from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from city.models import Agency
from requests_app.models import Draft, Photo
from tests import make
from tests.requests_app.filing.report import Report
from tests.shared import SHARED, photo

pytestmark = pytest.mark.django_db
NASTY = sorted(path.name for path in (SHARED / "photos" / "nasty").glob("*")) or ["(none)"]
TAKEN = {
    "animated.apng", "empty_gps_ifd.jpg", "exif_future_date.jpg", "exif_gps_typeerror.jpg",
    "exif_loop_01088.jpg", "exif_loop_02206.jpg", "exif_offset_out_of_bounds.jpg",
    "exif_oserror.jpg", "exifr_broken1.jpg", "gps_ifd_odd.jpg", "gps_null_island.jpg",
    "gps_out_of_range.jpg", "gps_venice_outside.jpg", "huge_63mp_flat.jpg",
    "invalid_exif_no_xres.jpg", "long_description.jpg", "multi_picture.mpo", "multiple_exif.jpg",
    "png_16bit_animated.png", "polyglot_jpeg_php.jpg", "trailing_garbage.jpg",
}  # fmt: skip
EITHER = {"corrupted_2mb.jpg"}  # depends on the decoder


def page_text(response):
    return response.content.decode()


def upload(report, path):
    with path.open("rb") as file:
        return report.post("photos", photos=file)


@pytest.mark.parametrize("name", NASTY)
def test_every_kind_of_file_is_taken_or_refused_in_words(name):
    report = Report()
    response = upload(report, photo(f"nasty/{name}"))
    if name in TAKEN:
        assert response.status_code == 201
    elif name not in EITHER:
        assert response.status_code == 422
        assert len(response.json()["problems"][0]) > 20


def test_a_refused_photo_takes_nothing_else_with_it():
    report = Report()
    with photo("nasty/pdf_renamed.jpg").open("rb") as pdf:
        response = report.post_category("pothole", photos=[make.picture("red"), pdf], q="hole")
    page = page_text(response)
    assert response.status_code == 422
    assert "pdf_renamed.jpg: This file is" in page
    draft = Draft.objects.get()
    assert draft.photos.count() == 1
    assert draft.category.service_code == "pothole"
    assert draft.photos.get().small in page


@pytest.mark.parametrize(
    "name", ["phone_iphone7.heic", "small.webp", "street_drain_broken_orient6.jpg"]
)
def test_what_phones_make_is_taken(name):
    report = Report()
    response = upload(report, photo(f"good/{name}"))
    assert response.status_code == 201
    assert "Remove this photo" in page_text(response)


def test_the_photos_own_place_is_offered_and_used():
    report = Report()
    upload(report, photo("good/sm_gps_wilshire_14th.jpg"))
    report.post_category()
    page = page_text(report.get("where"))
    assert "Location from your photo" in page
    assert "Wilshire Blvd &amp; 14th St" in page
    response = report.post_location(photo=str(Photo.objects.get().pk))
    assert response.url == report.url("details")
    assert Draft.objects.get().location_text == "Wilshire Blvd & 14th St"


def test_a_photo_taken_next_door_says_so():
    report = Report()
    upload(report, photo("nasty/gps_venice_outside.jpg"))
    report.post_category()
    assert "a location outside Santa Monica" in page_text(report.get("where"))
    response = report.post_location(photo=str(Photo.objects.get().pk))
    assert response.status_code == 422
    assert Agency.objects.get(slug="los-angeles").name in page_text(response)


@pytest.mark.parametrize("name", ["gps_null_island.jpg", "gps_out_of_range.jpg"])
def test_a_photo_from_nowhere_offers_nothing(name):
    report = Report()
    upload(report, photo(f"nasty/{name}"))
    report.post_category()
    assert "Location from your photo" not in page_text(report.get("where"))


def test_thirty_files_keep_the_first_five_and_say_so():
    report = Report()
    files = [make.picture((n * 8, 0, 0)) for n in range(30)]
    response = report.post_category(photos=files)
    assert response.status_code == 422
    assert "You can add up to 5 photos." in page_text(response)
    assert Draft.objects.get().photos.count() == 5


def test_of_six_photos_five_are_kept_and_the_sixth_is_named():
    files = [make.picture((n * 40, 0, 0)) for n in range(6)]
    for n, file in enumerate(files):
        file.name = f"IMG_{n}.jpg"
    page = page_text(Report().post_category(photos=files))
    assert "You can add up to 5 photos. Not added: IMG_5.jpg." in page
    assert "IMG_4.jpg" not in page


def test_of_many_too_many_the_first_are_named_and_the_rest_counted():
    files = [make.picture((n * 12, 0, 0)) for n in range(20)]
    for n, file in enumerate(files):
        file.name = f"{n}.jpg"
    page = page_text(Report().post_category(photos=files))
    assert "Not added: 5.jpg, 6.jpg, 7.jpg, 8.jpg, 9.jpg, +10." in page


def test_after_five_files_that_are_no_photos_the_rest_is_not_opened():
    report = Report()
    files = [ContentFile(b"%PDF-1.7", name=f"{n}.pdf") for n in range(6)]
    response = report.post_category(photos=[make.picture("red"), *files, make.picture("blue")])
    page = page_text(response)
    assert response.status_code == 422
    assert "4.pdf: This file is" in page
    assert "5.pdf" not in page
    assert "We didn&#x27;t look at the other files." in page
    assert Draft.objects.get().photos.count() == 1


def test_after_one_picture_six_times_the_rest_is_not_opened():
    response = Report().post_category(photos=[make.picture("red") for _each in range(7)])
    assert "We didn&#x27;t look at the other files." in page_text(response)
    assert Draft.objects.get().photos.count() == 1


def test_a_hundred_files_are_refused_kindly():
    report = Report()
    report.post_category(photos=make.picture("green"))
    response = report.post_category(photos=[make.picture() for _ in range(100)])
    assert response.status_code == 400
    assert "Please choose up to 5 photos." in page_text(response)
    assert Draft.objects.get().photos.count() == 1


def test_sixty_megabytes_are_too_many_and_the_choice_is_kept():
    report = Report()
    large = ContentFile(make.picture().read() + b"\0" * 60 * 2**20, name="large.jpg")
    response = report.post_category("pothole", photos=large)
    assert response.status_code == 413
    assert "larger than 25 MB" in page_text(response)
    assert Draft.objects.get().category.service_code == "pothole"


def test_what_announces_more_than_anybody_sends_is_not_read():
    report = Report()
    response = report.client.post(
        report.url("what"),
        BytesIO(b"--x--\r\n"),
        content_type="multipart/form-data; boundary=x",
        headers={"content-length": str(10**30)},
    )
    assert response.status_code == 400
    assert "more than we can take" in page_text(response)


def test_a_megabyte_of_words_is_refused_kindly():
    response = Report().post_category(q="x" * 2**21)
    assert response.status_code == 400
    assert "a shorter text" in page_text(response)


def test_a_torn_upload_is_refused_kindly():
    report = Report()
    for body, kind in [
        (b"--x\r\nContent-Disposition: form-data; name=", "multipart/form-data; boundary=x"),
        (b"anything", "multipart/form-data"),
    ]:
        response = report.client.post(report.url("what"), body, content_type=kind)
        assert response.status_code in {400, 422}


@pytest.mark.parametrize(
    "name", ["../../x.jpg", "x" * 300 + ".jpg", "\u202egpj.exe", "con.jpg", ".htaccess", "🕳.jpg"]
)
def test_a_files_name_means_nothing(name):
    report = Report()
    file = ContentFile(make.picture().read(), name="x.jpg")
    file.name = name
    assert report.post("photos", photos=file).status_code in {201, 422}
    for kept in Photo.objects.all():
        assert kept.original == f"originals/{kept.pk}.jpg"


def test_the_same_picture_twice_is_one():
    report = Report()
    first, again = (report.post("photos", photos=make.picture("red")) for _ in range(2))
    assert page_text(first) == page_text(again)
    assert Photo.objects.count() == 1


def test_nothing_at_all_is_no_photo():
    assert Report().post("photos").status_code == 422


def test_a_photo_is_taken_out_again_with_and_without_a_script():
    report = Report()
    report.post_category(photos=[make.picture("red"), make.picture("blue")])
    first, second = Photo.objects.all()
    assert report.post("what", remove=str(first.pk)).url == report.url("what")
    assert report.client.post(f"/report/{report.draft_id}/photos/{second.pk}/").status_code == 302
    assert not Photo.objects.exists()


@pytest.mark.parametrize("photo_id", ["", "x", "10" * 15, "\0"])
def test_taking_out_what_is_not_there_is_no_mistake(photo_id):
    report = Report()
    report.post_category(photos=make.picture())
    assert report.post("what", remove=photo_id).status_code == 302
    assert Photo.objects.count() == 1


# Outdated forms


def strict(report):
    client = Client(enforce_csrf_checks=True)
    client.cookies = report.client.cookies
    return client


def test_a_stale_form_can_be_sent_again_with_everything_in_it():
    report = Report().walk_to("details")
    given = {"description": "Loose <grate>", "csrfmiddlewaretoken": "old"}
    headers = {"sec-fetch-site": "same-origin"}
    response = strict(report).post(report.url("details"), given, headers=headers)
    page = page_text(response)
    assert response.status_code == 403
    assert "Please send it once more" in page
    assert "Loose &lt;grate&gt;</textarea>" in page


def test_another_sites_form_is_not_offered_again():
    report = Report().walk_to("details")
    headers = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}
    response = strict(report).post(report.url("details"), {"name": "evil"}, headers=headers)
    assert response.status_code == 403
    assert "evil" not in page_text(response)
