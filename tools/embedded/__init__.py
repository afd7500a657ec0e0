"""PostgreSQL and Valkey from wheels, for the demo and the tests; never imported in production."""

from tools.embedded.child import Child, ServiceFailed, await_that
from tools.embedded.postgres import Postgres
from tools.embedded.valkey import Valkey
