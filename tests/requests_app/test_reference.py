import pytest

from requests_app import reference


def test_a_new_reference_is_tidy_and_has_no_look_alikes():
    made = {reference.new_reference("SM") for _ in range(200)}
    assert len(made) == 200
    assert all(reference.normalize_reference(each) == each for each in made)
    for alike in ("0O", "1I", "1L", "2Z", "5S", "8B", "UV"):
        assert len(set(alike) & set(reference.ALPHABET)) <= 1


@pytest.mark.parametrize(
    "typed", ["SM-7K3Q-X9F2", "sm7k3qx9f2", " sm 7k3q x9f2 ", "SM–7K3Q–X9F2", "Sm.7k3q/x9F2"]
)
def test_how_it_was_typed_does_not_matter(typed):
    assert reference.normalize_reference(typed) == "SM-7K3Q-X9F2"


@pytest.mark.parametrize(
    "typed", ["", "SM-7K3Q", "SM-7K3Q-X9F0", "7K3QX9F2", "TOOLONG-7K3Q-X9F2", "\0", "💥" * 5000]
)
def test_what_cannot_be_a_reference_is_none(typed):
    assert reference.normalize_reference(typed) is None


@pytest.mark.parametrize(
    "typed", ["SM-E4FK-24C", "sm e4fk 24c", "sme4fk24c", "SM-E4F-K24C", "SME4FK"]
)
def test_a_reference_with_a_missing_character_is_not_read_as_another(typed):
    assert reference.parse_reference(typed, "SM") is None


def test_a_reference_with_an_older_prefix_is_read():
    assert reference.parse_reference("S-ME4F-K24C", "SM") == "S-ME4F-K24C"
    assert reference.parse_reference("AHE4FK24CA", "SM") == "AH-E4FK-24CA"


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["7K3Q-X9F2", "7k3qx9f2", "SM-7K3Q-X9F2"])
def test_the_letters_of_the_city_may_be_left_out(typed):
    assert reference.parse_reference(typed, "SM") == "SM-7K3Q-X9F2"
    assert reference.parse_reference("7K3Q", "SM") is None
