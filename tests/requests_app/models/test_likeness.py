from requests_app.models.text_digest import compute_text_digest


def test_case_accents_and_signs_make_no_difference():
    assert (
        compute_text_digest("¡El BACHE está aquí!")
        == compute_text_digest("el bache esta aqui")
        != ""
    )


def test_other_words_are_something_else_and_few_words_say_nothing():
    assert compute_text_digest("A hole as wide as a bucket") != compute_text_digest(
        "A hole as wide as a barrel"
    )
    assert compute_text_digest("Big hole") == compute_text_digest("") == ""
