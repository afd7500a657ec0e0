"""Where strangers' files are opened: one file, one process, which may crash, loop or eat memory.

Decoders of pictures and workbooks are given hostile input, so each file is opened by a process that
lives for it alone. `parent.run` starts it; it is a package with a `__main__` that calls
`child.serve` with its jobs. It imports no Django, which is why it is ready in about 50 ms, and so
nothing may be imported here.
"""
