"""Service requests of twelve years, written as the workflow would have left them, by COPY."""
