"""How another system shows its key, what is written down of each use, and what it sends twice."""

from open311.keys.access import InvalidKey, authenticate, find_optional_key, log_use
from open311.keys.sent_once import IdempotentRequest
