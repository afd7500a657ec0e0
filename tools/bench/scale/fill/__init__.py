"""Service requests of twelve years, written with COPY in the states that the workflow creates."""
