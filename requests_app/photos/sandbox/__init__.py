"""Where strangers' pictures are opened: nothing here trusts the file it is given.

Pillow, libjpeg, libheif and their friends decode hostile input in C, so they run in a process of
their own that lives for one picture (`lib.sandbox`). That process imports this package and
no Django; `photos/processing.py` turns its answers into words for people. Its codes for a picture
are not_allowed (`detail` is its kind), broken, too_many_pixels, absurd_shape and too_heavy.
"""
