"""Tests that upload each file of the table, and real photos, by the URL that phones use."""

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from requests_app.models import Photo
from requests_app.photos import uploading
from tests import make
from tests.bad_inputs.files import TABLE, TAKEN, jpeg, with_place
from tests.pictures import opened
from tests.requests_app.filing.report import Report

pytestmark = pytest.mark.django_db
PRIVATE = [b"Exif", b"GPS", b"SERIAL", b"script", b"php", b"xmp", b"Ana <", b"ICCP", b"PK\3\4"]


def send(report, data, name="photo.jpg", content_type="image/jpeg"):
    return report.post("photos", photos=SimpleUploadedFile(name, data, content_type))


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_a_file_is_taken_and_made_clean_or_refused_in_words(row):
    response = send(Report(), row.make())
    if row.answer == TAKEN:
        assert response.status_code == 201, response.content.decode()
        assert_sizes_hold_nothing_but_the_picture(Photo.objects.get())
    else:
        assert response.status_code == 422
        assert len(response.json()["problems"][0]) > 20
        assert not Photo.objects.exists()


def assert_sizes_hold_nothing_but_the_picture(photo):
    uploading.make_sizes(photo.pk)
    photo.refresh_from_db()
    assert photo.state == Photo.State.READY
    for size in Photo.SIZES:
        with default_storage.open(photo.storage_name(size)) as file:
            copy = file.read()
        picture = opened(copy)
        assert picture.format == "WEBP"
        assert max(picture.size) <= size
        assert not set(picture.info) & {"exif", "xmp", "icc_profile", "comment"}
        assert not [word for word in PRIVATE if word.lower() in copy[:64].lower()]


def test_an_upright_phone_gives_an_upright_picture():
    send(Report(), with_place())
    photo = Photo.objects.get()
    assert photo.width < photo.height
    assert (round(float(photo.latitude), 3), round(float(photo.longitude), 3)) == (34.019, -118.492)


@pytest.mark.parametrize("content_type", ["text/html", "application/x-php", "image/png", "x", ""])
def test_what_a_browser_says_about_the_type_counts_for_nothing(content_type):
    assert send(Report(), jpeg(), "x.png", content_type).status_code == 201
    assert Photo.objects.get().original.endswith(".jpg")
    assert send(Report("bob"), b"<html>", "x.jpg", content_type).status_code == 422


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd.jpg",
        "..\\..\\x.jpg",
        "x" * 300 + ".jpg",
        "\u202egpj.exe",
        "🕳.jpg",
        "a\0b.jpg",
        "con.jpg",
        ".htaccess",
        "",
        " ",
        "x.php.jpg",
        "<script>.jpg",
        "a\r\nb.jpg",
        "|",
    ],
)
def test_a_name_never_leads_anywhere(name):
    """The body is built by hand, because Django's test client normalizes file names."""
    body = (
        b'--x\r\nContent-Disposition: form-data; name="photos"; filename="'
        + name.encode().replace(b"\r\n", b"%0D%0A")
        + b'"\r\nContent-Type: image/jpeg\r\n\r\n'
        + jpeg()
        + b"\r\n--x--\r\n"
    )
    report = Report()
    response = report.client.post(
        report.url("photos"), body, content_type="multipart/form-data; boundary=x"
    )
    # Without a file name, Django treats the part as a text field, and a JPEG is not valid text.
    assert response.status_code in ({201, 422} if name else {400})
    for photo in Photo.objects.all():
        assert photo.original == f"originals/{photo.pk}.jpg"


def test_two_hundred_files_and_a_thousand_fields_are_refused_kindly():
    report = Report()
    files = [SimpleUploadedFile(f"{n}.jpg", b"x") for n in range(150)]
    assert report.post("what", photos=files).status_code == 400
    assert report.post("what", **{f"field{n}": "x" for n in range(1500)}).status_code == 400
    response = report.client.post(
        report.url("what"),
        "q=" + "x" * 3 * 2**20,
        content_type="application/x-www-form-urlencoded",
    )
    assert response.status_code in {400, 413}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"--x\r\nContent-Disposition: form-data; name=", "multipart/form-data; boundary=x"),
        (
            b"--x\r\nContent-Disposition: form-data\r\n\r\n\r\n--x--",
            "multipart/form-data; boundary=x",
        ),
        (b"anything", "multipart/form-data"),
        (b"anything", "multipart/form-data; boundary="),
        (b"anything", "multipart/form-data; boundary=" + "y" * 300),
        (b"\xff\xfe\x00", "multipart/form-data; boundary=x"),
        (b'{"photos": "\\ud800"}', "application/json"),
        (b"<xml/>", "text/xml"),
        (b"a=%ff%fe%00", "application/x-www-form-urlencoded"),
        (b"a=1", "application/x-www-form-urlencoded; charset=utf-7"),
        (b"a=1", "application/x-www-form-urlencoded; charset=nonsense"),
        (b"a=1", "\xff"),
    ],
)
def test_a_body_that_is_none_is_no_fault_of_ours(body, kind):
    report = Report()
    for step in ("what", "photos", "delivery"):
        response = report.client.generic("POST", report.url(step), body, content_type=kind)
        assert 400 <= response.status_code < 500, step


def test_sixty_megabytes_alone_are_told_to_be_too_large():
    response = send(Report(), make.picture().read() + bytes(60 * 2**20))
    assert response.status_code == 413
    assert "25 MB" in response.json()["problems"][0]
