"""The parsing of strangers' emails, in a process of its own for each (`lib.sandbox`).

That process imports this package and not Django. What a mail claims is not believed here:
`incoming/senders.py` decides who wrote it.
"""
