import pytest

from requests_app import reference


def test_a_new_reference_is_tidy_and_has_no_look_alikes():
    made = {reference.new("SM") for _ in range(200)}
    assert len(made) == 200
    assert all(reference.tidy(each) == each for each in made)
    for alike in ("0O", "1I", "1L", "2Z", "5S", "8B", "UV"):
        assert len(set(alike) & set(reference.ALPHABET)) <= 1


@pytest.mark.parametrize(
    "typed", ["SM-7K3Q-X9F2", "sm7k3qx9f2", " sm 7k3q x9f2 ", "SM–7K3Q–X9F2", "Sm.7k3q/x9F2"]
)
def test_how_it_was_typed_does_not_matter(typed):
    assert reference.tidy(typed) == "SM-7K3Q-X9F2"


@pytest.mark.parametrize(
    "typed", ["", "SM-7K3Q", "SM-7K3Q-X9F0", "7K3QX9F2", "TOOLONG-7K3Q-X9F2", "\0", "💥" * 5000]
)
def test_what_cannot_be_a_reference_is_none(typed):
    assert reference.tidy(typed) is None


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["7K3Q-X9F2", "7k3qx9f2", "SM-7K3Q-X9F2"])
def test_the_letters_of_the_city_may_be_left_out(typed):
    assert reference.meant(typed, "SM") == "SM-7K3Q-X9F2"
    assert reference.meant("7K3Q", "SM") is None
