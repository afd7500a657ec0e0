"""Cost of each page on databases with up to five million requests.

`./run bench` is the command; `tools.bench.scale.fill` fills a database, and
`tools.bench.scale.scenes` are the pages.
"""
