"""Tests for removing personal data from messages and errors."""

import time

import pytest
from botocore.exceptions import ClientError
from django.db import IntegrityError, transaction

from lib.scrubbing import (
    MASK,
    format_error_chain,
    format_error_kind,
    format_traceback,
    mask_personal_data,
)
from requests_app.models import Contact
from tests import make


@pytest.mark.parametrize(
    "personal",
    [
        "ana.lopez+311@mail.example.org",
        "310 555 0142",
        "+1 (310) 555-0142",
        "3105550142",
        "203.0.113.77",
        "2001:db8::8a2e:370:7334",
        "::1",
        "0f" * 32,
        "zWp3R4uY-0n1k_6tq9vXbA8cD7eF5gH2iJ1kL4mN3oP",
    ],
)
def test_what_belongs_to_a_person_is_cut_out(personal):
    assert mask_personal_data(f"before {personal} after") == f"before {MASK} after"


@pytest.mark.parametrize(
    "kept",
    [
        "Error 111 connecting to 127.0.0.1:6379. Connection refused.",
        "2026-11-25 17:24:41.123 took 12.345678 s",
        "closed_requests_and_only_they_have_an_outcome",
        "6f9619ff-8b86-d011-b42d-00c04fc964ff",
        "SM-7K3Q-X9F2 in 4,711 ms, version 1.2.3",
        "celery@web ready.",
    ],
)
def test_what_an_operator_needs_stays(kept):
    assert mask_personal_data(kept) == kept


@pytest.mark.parametrize(
    ("text", "masked_text"),
    [
        ("Ask ana@example.org.", f"Ask {MASK}."),
        ("From 2001:db8::7334.", f"From {MASK}."),
        ("Call 310 555 0142, 3rd floor", f"Call {MASK}, 3rd floor"),
        ("Call 310 555 0142 or 310 555 0199 4-B", f"Call {MASK} or {MASK} 4-B"),
        ("to=ana@example.org&n=1", f"to={MASK}&n=1"),
    ],
)
def test_only_what_is_personal_is_cut_out_of_a_sentence(text, masked_text):
    assert mask_personal_data(text) == masked_text


LONG = [
    "a", "a.", "-", "%", "1", "12-", "1- ", "+1", "1.1.", "x1-", "a@", "a@b.", ":", "1:", ".:",
    "::1.", "(1 ", "2026-11-25 ",
]  # fmt: skip


@pytest.mark.parametrize("part", LONG)
def test_the_time_grows_with_the_length_and_not_with_its_square(part):
    """With backtracking to each start, a pattern takes 64 times as long for 8 times the text."""
    short, long = ((part * length)[:length] + "\x00g" for length in (8_000, 64_000))
    assert _seconds(long) < 24 * max(_seconds(short), 0.0005)


def _seconds(text):
    took = []
    for _try in range(7):
        start = time.thread_time()
        mask_personal_data(text)
        took.append(time.thread_time() - start)
    return min(took)


@pytest.mark.django_db
def test_a_refused_row_is_told_by_its_constraint_and_not_by_its_values():
    row = make.filed(contact={"name": "Quirina", "email": "quirina@example.org", "phone": ""})
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Contact.objects.create(service_request=row, name="Quirina again")
    said = format_traceback(caught.value)
    assert format_error_kind(caught.value).startswith("django.db.utils.IntegrityError 23505 ")
    assert "test_scrubbing.py" in said
    assert "Quirina" not in said.replace('name="Quirina again"', "")  # except in the quoted code


def test_an_errors_own_words_are_left_out_and_its_causes_are_not():
    def read(text):
        try:
            int(text)
        except ValueError as error:
            raise RuntimeError(f"{text} is no number") from error

    with pytest.raises(RuntimeError) as caught:
        read("Quirina Zabala")
    assert format_error_chain(caught.value) == "RuntimeError < ValueError"
    assert "Zabala" not in format_traceback(caught.value).replace('read("Quirina Zabala")', "")


def test_errors_that_speak_of_code_may_say_it():
    assert (
        format_error_kind(AttributeError("no attribute 'x'")) == "AttributeError no attribute 'x'"
    )
    assert (
        format_error_kind(ConnectionRefusedError(111, "refused"))
        == "ConnectionRefusedError ECONNREFUSED"
    )


def test_a_services_refusal_has_its_code_and_not_its_words():
    answer = {"Error": {"Code": "RequestTimeTooSkewed", "Message": "ana@example.org"}}
    assert format_error_kind(ClientError(answer, "GetObject")).endswith(" RequestTimeTooSkewed")
    answer = {"Error": {"Code": "ana@example.org"}}
    assert format_error_kind(ClientError(answer, "GetObject")) == "botocore.exceptions.ClientError"
