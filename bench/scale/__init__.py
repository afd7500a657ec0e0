"""A real city's size: a database of up to five million requests, and what each page costs on it.

`./run bench` is the command; `bench.scale.fill` fills, `bench.scale.scenes` are the pages.
"""
