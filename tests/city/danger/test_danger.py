"""Tests for finding danger in texts, without false alarms."""

import pytest
from django.utils import translation

from city import danger
from city.danger.matcher import DangerRow, DangerTable
from city.models import City, DangerKind

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("gas leak", "gas"),
        ("I smell gas", "gas"),
        ("fuga de gas", "gas"),
        ("house on fire", "fire"),
        ("hay fuego", "fire"),
        ("There is a gas leak and a fire", "fire"),
        ("man with a gun", "weapon"),
        ("there is a man who has a gun", "weapon"),
        ("not breathing", "medical"),
        ("power line down", "wires"),
        ("fire hydrant leaking and the house is on fire", "fire"),
        ("someone has a gun and is bleeding", "weapon"),
        ("hay un hombre con pistola y una mujer sangrando", "weapon"),
        ("my brother has a gun and wants to kill himself", "weapon"),
        ("someone got shot and is bleeding", "medical"),
        ("tiene un balazo y no respira", "medical"),
        ("my neighbor wants to kill himself", "suicide"),
        ("she wants to kill herself", "suicide"),
        ("going to kill themselves", "suicide"),
        ("se quiere matar", "suicide"),
        ("quiere matarse", "suicide"),
        ("mi hermana va a matarse", "suicide"),
        ("my ex wants to kill me and then himself", "violence"),
        ("my husband is beating me and says he will kill himself", "violence"),
        ("me quiere matar", "violence"),
        ("mi ex quiere matarme", "violence"),
        ("he says he will kill himself and us", "weapon"),
        ("baby locked in car", "hot-car"),
        ("child locked in a hot car", "hot-car"),
        ("dog locked in a car", "hot-car"),
        ("bebé encerrado en un carro", "hot-car"),
        ("the baby locked in the car is not breathing", "medical"),
        ("child locked in the bathroom", "trapped"),
        ("someone is trapped in a burning car", "fire"),
    ],
)
def test_danger_is_found_and_of_several_the_gravest(text, kind):
    assert danger.find_danger(text).kind == kind


@pytest.mark.parametrize(
    "text",
    [
        "fire hydrant leaking",
        "gas-powered leaf blower",
        "shooting hoops",
        "killer pothole",
        "dead battery",
        "hot dog vendor",
        "street light burned out",
        "fire station graffiti",
        "gas station",
        "bomb cyclone debris",
        "drowning in trash",
        "burned out bulb",
        "knife-edge curb",
        "the potholes are killing us",
        "el recibo del agua es un robo",
        "someone got shot here in 2019",
        "a raccoon got hit by a car",
        "hormigas de fuego en el pasto",
        "",
    ],
)
def test_harmless_text_that_resembles_danger_is_not_found(text):
    assert danger.find_danger(text) is None


def test_the_gravest_danger_of_several_texts_is_found():
    assert danger.find_danger("a pothole", "wires down", "he is not breathing").kind == "medical"


def test_advice_is_in_the_language_of_the_page_and_names_the_city_s_own_number():
    City.objects.update(emergency_phone="112")
    City.objects.first().save()
    said = danger.advice_for_kind("gas")
    assert said.phone == "112"
    assert (said.second_label, said.second_phone_tel) == ("SoCalGas", "+18004272200")
    with translation.override("es"):
        assert danger.advice_for_kind("gas").text.startswith("Salga de la zona")


def test_advice_without_a_row_in_the_language_is_in_another_language():
    DangerKind.objects.get(kind="gas", language="es").delete()
    with translation.override("es"):
        assert danger.advice_for_kind("gas").text.startswith("Leave the area")


def test_a_kind_missing_from_the_table_has_no_advice_and_its_slug_as_name():
    assert danger.advice_for_kind("dragons") is None
    assert danger.kind_name("sea-dragons") == "sea dragons"


def test_advice_for_several_dangers_has_the_first_text_and_all_numbers():
    told = danger.find_advice("my baby is not breathing, I smell gas, a wire is down and sparking")
    assert told.kinds == "gas medical wires"
    assert told.text == danger.advice_for_kind("gas").text
    assert [number.label for number in told.numbers] == ["SoCalGas", "Southern California Edison"]


def test_a_number_that_two_kinds_share_is_named_once():
    DangerKind.objects.filter(kind="fire").update(
        second_label="SoCalGas", second_phone="1-800-427-2200", second_phone_tel="+18004272200"
    )
    City.objects.first().save()
    assert len(danger.find_advice("house on fire, I smell gas").numbers) == 1


def test_the_products_own_sentences_count_only_for_kinds_that_the_city_has():
    assert danger.find_danger("he pulled a glock").kind == "weapon"
    DangerKind.objects.filter(kind="weapon").delete()
    City.objects.first().save()
    assert danger.find_danger("he pulled a glock") is None


def test_an_exception_of_the_city_excludes_words_from_the_products_phrases():
    DangerKind.objects.filter(kind="weapon", language="en").update(exceptions="glock cafe")
    City.objects.first().save()
    assert danger.find_danger("the sign of the glock cafe fell off") is None


ROWS = {
    "an exception can require that no filler is between its words": (
        DangerRow("fire", ["fire"], ["fire +station"]),
        {"fire station sign is bent": False, "there is a fire at the station": True},
    ),
    "a phrase can name a group of words": (
        DangerRow("hot-car", ["@child in+@vehicle", "@child en+@vehicle"]),
        {"toddler locked in a van": True, "gemelos en la camioneta": True},
    ),
    "phrases match with a typo and exceptions do not": (
        DangerRow("violence", ["gun"], ["painting gun"]),
        {
            "a painting gun": False,
            "two painting guns": False,
            "a paiting gun": True,
            "pointing a gun": True,
        },
    ),
    "a phrase can require fillers before a word": (
        DangerRow("violence", ["there+someone in+my+house"]),
        {
            "there is a man in my house": True,
            "there is a man in my huose": True,
            "a man broke the fence of my house": False,
            "a man near my house": False,
        },
    ),
    "the two sides of a phrase match in either order": (
        DangerRow("medical", ["rattlesnake ~ bit/bitten"]),
        {"bitten by a rattlesnake": True, "a rattlesnake bit her": True},
    ),
    "an exception can match the word someone literally": (
        DangerRow("suicide", ["se+va matar"], ["=alguien va matar"]),
        {"mi hermana se va a matar": True, "alguien se va a matar": False},
    ),
}


@pytest.mark.parametrize(("row", "texts"), ROWS.values(), ids=ROWS)
def test_a_row_of_the_table_finds_what_it_means(row, texts):
    table = DangerTable([row])
    assert {text: bool(table.find_gravest(text)) for text in texts} == texts


def test_staff_read_the_name_of_a_kind_in_their_language():
    assert danger.kind_name("wires") == "Power lines or sparks"
    with translation.override("es"):
        assert danger.kind_name("wires") == "Cables o chispas"


def test_the_words_that_were_found_are_those_that_were_typed():
    assert danger.find_danger("My NEIGHBOR, he has a big knife").words == "he big knife"


@pytest.mark.parametrize(
    "text",
    ["graffiti of a gun on the wall and a man has a gun", "could catch fire, the house is on fire"],
)
def test_an_exception_does_not_extend_into_the_next_clause(text):
    assert danger.find_danger(text)


@pytest.mark.parametrize("text", ["a gun poster", "a bomb poster"])
def test_an_exception_of_the_table_holds_for_every_kind(text):
    rows = [DangerRow("weapon", ["gun"]), DangerRow("explosion", ["bomb"])]
    assert DangerTable(rows).find_gravest(text)
    assert not DangerTable(rows, exceptions=["gun/bomb poster"]).find_gravest(text)


def test_browsers_load_the_table_again_when_the_product_s_sentences_change(client, monkeypatch):
    address = danger.table_url()
    assert "immutable" in client.get(address)["Cache-Control"]
    etag = client.get(address)["ETag"]
    monkeypatch.setattr(danger.sentences, "hash_sources", lambda: "another")
    assert danger.table_url() != address
    assert client.get(address, headers={"if-none-match": etag}).status_code == 200
