"""Tests for the connection pool's check of database connections."""

import psycopg
import pytest
from django.db import connection
from psycopg.pq import TransactionStatus

from lib.postgresql import timeouts

pytestmark = pytest.mark.django_db


@pytest.fixture
def lent():
    given = connection.get_connection_params()
    given.pop("pool", None)
    with timeouts.Connection.connect(**given) as one:
        yield one


def test_a_connection_whose_request_ended_halfway_is_lent_with_no_transaction_begun(lent):
    assert not lent.autocommit
    timeouts.check_connection(lent)
    assert lent.info.transaction_status == TransactionStatus.IDLE
    lent.autocommit = True  # the first thing that Django sets


def test_a_connection_that_is_broken_is_not_lent(lent):
    lent.pgconn.finish()
    with pytest.raises(psycopg.OperationalError):
        timeouts.check_connection(lent)
