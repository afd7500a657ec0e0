from requests_app.models.text_digest import digest_of


def test_case_accents_and_signs_make_no_difference():
    assert digest_of("¡El BACHE está aquí!") == digest_of("el bache esta aqui") != ""


def test_other_words_are_something_else_and_few_words_say_nothing():
    assert digest_of("A hole as wide as a bucket") != digest_of("A hole as wide as a barrel")
    assert digest_of("Big hole") == digest_of("") == ""
