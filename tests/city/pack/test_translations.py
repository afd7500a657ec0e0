"""Tests for the translations of a pack: loaded with it, shown in the language of the page."""

import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.template import Context, Template
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from city.models import Category, Translation
from city.pack import BrokenPack, load_pack
from city.pack.export import translations_as_csv
from city.translation import translate

pytestmark = pytest.mark.django_db

ALDERHAVEN = Path(__file__).parents[3] / "city" / "packs" / "alderhaven"


@pytest.fixture
def pack(tmp_path):
    return Path(shutil.copytree(ALDERHAVEN, tmp_path / "pack"))


def write_translations(pack, language, *rows):
    lines = ["english,translation", *rows]
    (pack / f"words.{language}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def say(folder):
    out = StringIO()
    call_command("load_city", str(folder), stdout=out)
    return out.getvalue().splitlines()


def test_texts_are_translated_into_the_language_of_the_page():
    assert translate("Pothole") == "Pothole"
    with translation.override("es"):
        assert translate("Pothole") == "Bache"
        assert translate("Pothole", "en") == "Pothole"
    assert translate("Pothole", "es") == "Bache"


def test_one_template_filter_formats_texts_and_datetimes():
    template = Template("{{ name|localized }} {{ nothing|localized }}")
    with translation.override("es"):
        assert template.render(Context({"name": "Pothole", "nothing": None})) == "Bache "


def test_words_that_changed_are_shown_as_they_are_until_they_are_translated():
    category = Category.objects.get(service_code="pothole")
    category.name = "Hole in the street"
    category.save()
    assert translate(category.name, "es") == "Hole in the street"


def test_translating_makes_no_query_once_cached(django_assert_num_queries):
    translate("Pothole", "es")
    with django_assert_num_queries(0):
        assert translate("Graffiti", "es") == "Grafiti"


def test_a_pack_brings_its_translations_and_loses_them_again(pack):
    write_translations(pack, "fr", "Pothole,Nid-de-poule", "Motorway,Autoroute")
    load_pack(pack)
    assert translate("Pothole", "fr") == "Nid-de-poule"
    write_translations(pack, "fr", "Pothole,Trou dans la chaussée")
    load_pack(pack)
    assert translate("Pothole", "fr") == "Trou dans la chaussée"
    assert not Translation.objects.filter(source="Motorway").exists()
    (pack / "words.fr.csv").unlink()
    load_pack(pack)
    assert not Translation.objects.filter(language="fr").exists()


def test_missing_and_obsolete_translations_are_reported_with_their_line(pack):
    write_translations(pack, "fr", "Pothole,Nid-de-poule", "A bear,Un ours")
    lines = say(pack)
    assert "warning: words.fr.csv:3: the pack no longer has “A bear”" in lines
    assert any(line.startswith("warning: words.fr.csv:1: ") and "missing" in line for line in lines)


def test_an_offered_language_without_translations_is_reported(pack):
    (pack / "words.es.csv").unlink()
    assert any("warning: words.es.csv:1:" in line for line in say(pack))


def test_a_language_that_the_product_has_no_catalogue_for_is_refused(pack):
    city = (pack / "city.toml").read_text(encoding="utf-8")
    (pack / "city.toml").write_text(
        city.replace('["en", "es"]', '["en", "es", "de"]'), encoding="utf-8"
    )
    with pytest.raises(BrokenPack, match=r"languages: the product has no catalogue for “de”"):
        load_pack(pack)


def test_a_placeholder_that_got_lost_is_refused(pack):
    write_translations(pack, "fr", '"{department} has it.",Ils l’ont.')
    with pytest.raises(
        BrokenPack, match=r"words\.fr\.csv:2: translation: \{department\} stands in"
    ):
        load_pack(pack)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        (
            "words.fr.csv",
            "english\nPothole\n",
            "words.fr.csv:1: the column “translation” is missing",
        ),
        ("words.fr.csv", "english,translation\na,b\na,c\n", "words.fr.csv:3: “a” is already"),
        ("words.FR!.csv", "english,translation\na,b\n", "Write a language as its code"),
    ],
)
def test_broken_words_are_refused(pack, name, content, reason):
    (pack / name).write_text(content, encoding="utf-8")
    with pytest.raises(BrokenPack) as broken:
        load_pack(pack)
    assert reason in str(broken.value)


def test_the_citys_own_words_are_all_in_spanish():
    assert [line for line in say(settings.CITY_PACK) if "warning" in line] == []


def test_exported_translations_can_be_loaded_again(pack):
    write_translations(pack, "fr", "Pothole,Nid-de-poule", '"one,\n two","un,\n deux"')
    load_pack(pack)
    (pack / "words.fr.csv").write_text(translations_as_csv("fr"), encoding="utf-8")
    assert load_pack(pack).changes == {}


def test_a_clerk_can_find_edit_and_export_translations(client):
    client.force_login(User.objects.create_superuser("ada", "ada@city.example", "x"))
    page = client.get(reverse("admin:city_translation_changelist"), {"q": "Bache"})
    assert "Pothole" in page.text
    assert "words.es.csv" in page.text
    row = Translation.objects.get(language="es", source="Pothole")
    address = reverse("admin:city_translation_change", args=[row.pk])
    client.post(address, {"language": "es", "source": "Pothole", "words": "Hoyo"})
    assert translate("Pothole", "es") == "Hoyo"
    file = client.get(reverse("admin:city_translation_export", args=["es"]))
    assert "Pothole,Hoyo" in file.text
    assert client.get(reverse("admin:city_translation_export", args=["xx"])).status_code == 404
    again = client.post(
        reverse("admin:city_translation_add"),
        {"language": "es", "source": "Pothole", "words": "Otro"},
    )
    assert "This text already has a translation." in again.text
