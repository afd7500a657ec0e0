"""Authentication by API key, logging of its use, and idempotency of requests."""

from open311.keys.access import InvalidKey, authenticate, find_optional_key, log_use
from open311.keys.idempotency import IdempotentRequest
