"""A real city's size: a database of up to five million requests, and what each page costs on it.

`./run bench` is the command; `tools.bench.scale.fill` fills, `tools.bench.scale.scenes` are the
pages.
"""
