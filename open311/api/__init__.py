"""The reading half of GeoReport v2, and the filing of requests."""
