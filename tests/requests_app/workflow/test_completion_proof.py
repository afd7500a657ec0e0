from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from city.models import NoPhotoReason
from lib import clock
from requests_app.errors import InvalidInput
from requests_app.models import Photo, ServiceRequest
from requests_app.status import Status, Verb
from tests import make

pytestmark = pytest.mark.django_db

AT_CITY_HALL = (34.0118, -118.4917)
THREE_MILES_OFF = (34.0500, -118.5100)
KEY = UUID(int=2**127 + 7)


@pytest.fixture
def strict_category():
    category = make.pothole()
    category.proof_within_m, category.proof_is_fresh = 100, True
    category.save()
    return category


@pytest.fixture
def strict_job(strict_category):
    return make.service_request(Status.IN_PROGRESS, category=strict_category)


def completion_photo(**columns):
    photo = make.photo(Photo.Kind.COMPLETION, "olive", user=make.wes())
    Photo.objects.filter(pk=photo.pk).update(**columns)
    photo.refresh_from_db()
    return photo


def refused_field(job, **given):
    with pytest.raises(InvalidInput) as refused:
        make.complete(job, **given)
    return refused.value.field


def test_proof_from_the_pin_says_how_far_it_was(strict_job):
    make.complete(strict_job, here=AT_CITY_HALL)
    assert strict_job.completions.get().metres == 0


def test_proof_from_far_away_or_from_nowhere_needs_a_reason(strict_job):
    assert refused_field(strict_job, here=THREE_MILES_OFF) == "proof_reason"
    assert refused_field(strict_job, here=None) == "proof_reason"
    make.complete(strict_job, here=THREE_MILES_OFF, proof_reason="The pin was wrong.")
    completion = strict_job.completions.get()
    assert completion.metres > 4000
    assert completion.proof_reason == "The pin was wrong."


def test_the_photos_own_place_counts_where_the_phones_is_wrong(strict_job):
    photo = completion_photo(latitude=Decimal("34.011800"), longitude=Decimal("-118.491700"))
    make.complete(strict_job, photos=[photo], here=THREE_MILES_OFF)
    assert strict_job.completions.get().metres == 0


def test_an_old_photo_needs_a_reason_and_a_clock_that_is_hours_off_does_not(strict_job):
    old = completion_photo(taken_at=clock.now() - timedelta(days=2))
    assert refused_field(strict_job, photos=[old], here=AT_CITY_HALL) == "proof_reason"
    for hours in (-9, 9):
        photo = completion_photo(taken_at=clock.now() + timedelta(hours=hours))
        job = make.service_request(Status.IN_PROGRESS, category=strict_job.category)
        make.complete(job, photos=[photo], here=AT_CITY_HALL)
        assert job.status == Status.COMPLETED


def test_without_a_photo_the_place_is_still_asked(strict_job):
    no_photo = make.reason(NoPhotoReason)
    given = {"photos": [], "no_photo_reason": no_photo}
    assert refused_field(strict_job, here=None, **given) == "proof_reason"
    make.complete(strict_job, here=AT_CITY_HALL, **given)


def test_where_the_place_of_the_report_is_unknown_nothing_can_be_far(strict_job):
    ServiceRequest.objects.filter(pk=strict_job.pk).update(latitude=None, longitude=None)
    make.complete(strict_job)
    assert strict_job.completions.get().metres is None


def test_a_completion_that_is_sent_twice_is_done_once():
    job = make.service_request(Status.IN_PROGRESS)
    make.complete(job, key=KEY)
    again = job.events.get(verb=Verb.COMPLETE)
    make.complete(job, key=KEY, photos=[])
    assert job.events.filter(verb=Verb.COMPLETE).get() == again


def test_a_key_of_another_job_is_refused():
    make.complete(make.service_request(Status.IN_PROGRESS), key=KEY)
    assert refused_field(make.service_request(Status.IN_PROGRESS), key=KEY) == "key"
