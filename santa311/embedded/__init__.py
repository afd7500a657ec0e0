"""PostgreSQL and Valkey from wheels, for the demo and the tests; never imported in production."""

from santa311.embedded.child import Child, ServiceFailed, await_that
from santa311.embedded.postgres import Postgres
from santa311.embedded.valkey import Valkey
