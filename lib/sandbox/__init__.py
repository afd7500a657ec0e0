"""A sandbox for untrusted files: one process per file, with limits of CPU time and memory.

Decoders of images and workbooks get hostile input, so they run in a process that may crash or loop.
`parent.run_job` starts it: a package with a `__main__` that calls `child.run_requested_job` with
its jobs. The process imports no Django, so it starts in about 50 ms; this package must not import
Django either.
"""
