from requests_app.status import (
    OUTCOME_WORDING_FOR_REPORTER,
    STATUS_WORDING_FOR_OTHERS,
    STATUS_WORDING_FOR_REPORTER,
    Outcome,
    Status,
)


def test_every_status_and_outcome_has_words_for_residents():
    assert (
        set(STATUS_WORDING_FOR_REPORTER)
        == set(STATUS_WORDING_FOR_OTHERS)
        == set(Status) - {Status.CLOSED}
    )
    assert set(OUTCOME_WORDING_FOR_REPORTER) == set(Outcome)
