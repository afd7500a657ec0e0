"""PostgreSQL and Valkey from wheels, for the demo and the tests; not for production."""

from tools.embedded.child import Child, ServiceFailed, await_condition
from tools.embedded.postgres import Postgres
from tools.embedded.valkey import Valkey
