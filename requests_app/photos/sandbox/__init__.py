"""Decoding of strangers' pictures, which are not trusted.

Pillow, libjpeg, libheif and other libraries decode hostile input in C, so they run in a process of
their own for each picture (`lib.sandbox`). That process imports this package and not Django;
`photos/processing.py` translates its answers. Error codes are not_allowed (`detail` is the kind),
broken, too_many_pixels, absurd_shape and too_heavy.
"""
