"""Tests for the installable app: manifest, icons, service worker, shared photos, offline pages."""

import json
import posixpath
import re
from io import BytesIO

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse
from PIL import Image

from city.models import City
from requests_app.models import Device, Draft
from requests_app.pwa import assets
from requests_app.status import Status
from tests import make
from tests.shared import photo
from tests.visitors import browser

pytestmark = pytest.mark.django_db


def text_of(client, path):
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def manifest(client, **headers):
    response = client.get("/manifest.webmanifest", headers=headers)
    assert response["Content-Type"] == "application/manifest+json"
    return response.json()


def test_the_manifest_speaks_of_the_citys_pack(client):
    City.objects.update(service_name="Alder 311", accent_deep="#123456", sun="#abcdef")
    given = manifest(client)
    assert given["name"] == given["short_name"] == "Alder 311"
    assert given["theme_color"] == "#123456"
    assert (given["id"], given["start_url"], given["scope"]) == ("/", "/", "/")
    assert given["display"] == "standalone"
    assert {entry["purpose"] for entry in given["icons"]} == {"any", "maskable"}
    assert {"192x192", "512x512", "any"} == {entry["sizes"] for entry in given["icons"]}


def test_every_address_of_the_manifest_answers(client):
    given = manifest(client)
    for entry in [*given["icons"], *(s["icons"][0] for s in given["shortcuts"])]:
        response = client.get(entry["src"])
        assert response["Content-Type"] == entry["type"]
        if entry["type"] == "image/png":
            size = Image.open(BytesIO(response.content)).size
            assert entry["sizes"] == f"{size[0]}x{size[1]}"
            assert "immutable" in response["Cache-Control"]
    assert [client.get(s["url"]).status_code for s in given["shortcuts"]] == [302, 200]


def test_a_long_name_is_short_under_the_icon(client):
    assert len(manifest(client)["short_name"]) <= 12


def test_the_icon_wears_the_citys_colors(client):
    City.objects.update(accent_deep="#123456")
    picture = Image.open(BytesIO(client.get("/icons/maskable-192.png").content))
    assert picture.getpixel((4, 4))[:3] == (0x12, 0x34, 0x56)
    rounded = Image.open(BytesIO(client.get("/icons/any-192.png").content))
    assert rounded.getpixel((0, 0))[3] == 0


@pytest.mark.parametrize("name", ["any-193", "round-192", "any-99999999"])
def test_an_icon_that_nobody_asked_for_is_not_drawn(client, name):
    assert client.get(f"/icons/{name}.png").status_code == 404


def test_a_page_names_manifest_icon_and_color(client):
    page = text_of(client, "/")
    assert 'rel="manifest" href="/manifest.webmanifest"' in page
    assert 'rel="apple-touch-icon" href="/icons/touch-180.png"' in page
    assert 'name="theme-color"' in page


def test_the_worker_may_keep_the_whole_site_and_is_asked_for_each_time(client):
    response = client.get("/sw.js")
    assert response["Content-Type"].startswith("text/javascript")
    assert response["Service-Worker-Allowed"] == "/"
    assert response["Cache-Control"] == "no-cache"
    assert "worker-src 'self'" in response["Content-Security-Policy"]
    assert not response.cookies


def test_the_workers_text_changes_with_the_city(client):
    before = client.get("/sw.js").content
    assert client.get("/sw.js").content == before
    city = City.current()
    City(**{f.attname: getattr(city, f.attname) for f in City._meta.fields} | {"phone": "1"}).save()
    assert client.get("/sw.js").content != before


def test_the_way_back_is_a_worker_that_clears_away(client, settings):
    settings.OFFLINE = False
    text = text_of(client, "/sw.js")
    assert "unregister" in text
    assert "import" not in text


def test_everything_that_is_kept_can_be_had(client):
    kept = json.loads(re.search(r"run\((.*)\);", text_of(client, "/sw.js"))[1])
    for address in [*kept["files"], *kept["crew"], *kept["pages"].values()]:
        if address.startswith("/static/"):
            assert finders.find(address.removeprefix("/static/")), address
        else:
            assert client.get(address).status_code == 200, address


IMPORT = re.compile(r"""(?:from|import\()\s*"(\.{1,2}/[\w/.-]+[.]js)\"""")


def list_imported_modules(name):
    """Return the module and all modules that it imports, statically or dynamically."""
    with open(finders.find(name)) as file:
        found = IMPORT.findall(file.read())
    names = {posixpath.normpath(posixpath.join(posixpath.dirname(name), one)) for one in found}
    return {name}.union(*map(list_imported_modules, names))


def assert_uses_only(page, kept):
    scripts = re.findall(r'src="/static/(js/[\w/-]+[.]js)', page)
    assert scripts
    for name in scripts:
        assert list_imported_modules(name) <= set(kept), name
    assert set(re.findall(r'href="/static/(css/[\w/-]+[.]css)', page)) <= set(kept)


def test_the_kept_pages_have_every_module_and_style_that_they_use(client):
    for page in assets.offline_page_urls().values():
        assert_uses_only(text_of(client, page), assets.RESIDENT_FILES)


def test_a_crews_kept_pages_have_every_module_and_style_that_they_use(client):
    job = make.service_request(Status.IN_PROGRESS)
    client.force_login(make.wes())
    pages = [("inbox", []), ("plan", []), ("crew_offline", [])]
    pages += [(name, [job.reference]) for name in ("job", "completion")]
    for name, args in pages:
        assert_uses_only(
            text_of(client, reverse(name, args=args)), [*assets.RESIDENT_FILES, *assets.CREW_FILES]
        )


def test_the_kept_pages_are_nobodys(client, django_assert_max_num_queries):
    ana = browser("ana")
    make.filed(by=make.ana())
    with django_assert_max_num_queries(12):
        page = text_of(ana, "/report/offline/")
    assert "SM-" not in page
    assert page.count("data-questions=") > 20


def share(client, *files, site="none"):
    headers = {"Sec-Fetch-Site": site} if site else {}
    return client.post("/report/shared/", {"photos": files}, headers=headers)


def test_shared_photos_begin_a_report():
    ana = browser("ana")
    response = share(ana, make.picture("red"), make.picture("blue"))
    draft = Draft.objects.get()
    assert response.url == f"/report/{draft.pk}/what/"
    assert draft.device == make.ana()
    assert draft.photos.count() == 2
    assert ana.get(response.url).content.decode().count("data-photo=") == 2


def test_a_shared_file_that_is_no_photo_is_refused_in_words_beside_those_that_are():
    with photo("nasty/pdf_renamed.jpg").open("rb") as pdf:
        response = share(browser("ana"), make.picture("red"), pdf)
    assert response.status_code == 422
    assert "pdf_renamed.jpg: This file is" in response.content.decode()
    assert Draft.objects.get().photos.count() == 1


@pytest.mark.parametrize("site", ["cross-site", "same-site", ""])
def test_another_sites_form_shares_nothing(client, site):
    response = share(client, make.picture(), site=site)
    assert response.status_code == 403
    assert not Draft.objects.exists()
    assert not Device.objects.exists()
    assert "device" not in response.cookies


def test_staff_share_nothing_in_a_residents_name(client):
    client.force_login(make.omar())
    assert share(client, make.picture()).status_code == 403
    assert not Draft.objects.exists()


def test_nothing_shared_is_an_ordinary_report(client):
    assert share(client).url == "/report/"
    assert client.get("/report/shared/").url == "/report/"
    assert not Draft.objects.exists()


def test_a_phone_fetches_its_files_anew_once_the_list_of_them_is_another(monkeypatch):
    before = assets.compute_version()
    monkeypatch.setattr(assets, "RESIDENT_FILES", assets.RESIDENT_FILES[:-1])
    assets._hash_source_files()  # the files have not changed: their hash is cached
    assert assets.compute_version() != before
