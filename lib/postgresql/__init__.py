"""Django's own backend for PostgreSQL, for a server that may be away, hang or change its place."""
