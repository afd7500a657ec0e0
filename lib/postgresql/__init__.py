"""Django's PostgreSQL backend, for a server that may be down, hang or fail over."""
