"""The four steps of a report, and what comes after. Each has an address and needs no JavaScript."""
