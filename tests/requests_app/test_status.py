from requests_app.status import PUBLIC, PUBLIC_OUTCOMES, PUBLIC_TO_OTHERS, Outcome, Status


def test_every_status_and_outcome_has_words_for_residents():
    assert set(PUBLIC) == set(PUBLIC_TO_OTHERS) == set(Status) - {Status.CLOSED}
    assert set(PUBLIC_OUTCOMES) == set(Outcome)
