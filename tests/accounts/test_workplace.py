import pytest
from django.test import Client
from django.urls import reverse

from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("person", "page"),
    [
        (make.omar, "desk"),
        (make.wes, "inbox"),
        (make.sue, "inbox"),
        (lambda: make.user("lena", is_lead=True), "city_overview"),
        (make.ada, "admin:index"),
        (lambda: make.user("newcomer"), "home"),
    ],
)
def test_everybody_lands_where_they_work(person, page):
    browser = Client()
    browser.force_login(person())
    assert browser.get(reverse("workplace")).url == reverse(page)
