from requests_app.status import PUBLIC, PUBLIC_OUTCOMES, PUBLIC_TO_OTHERS, Outcome, Status, Verb
from requests_app.workflow import TRANSITIONS
from requests_app.workflow.sentences import SENTENCES


def test_every_status_and_outcome_has_words_for_residents():
    assert set(PUBLIC) == set(PUBLIC_TO_OTHERS) == set(Status) - {Status.CLOSED}
    assert set(PUBLIC_OUTCOMES) == set(Outcome)


def test_every_verb_has_a_transition_and_a_sentence():
    assert set(TRANSITIONS) == set(Verb)
    assert set(SENTENCES) == set(Verb) - {Verb.FOLLOW, Verb.UNFOLLOW}
