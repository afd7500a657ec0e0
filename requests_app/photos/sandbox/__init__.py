"""Where strangers' pictures are opened: nothing here trusts the file it is given.

Pillow, libjpeg, libheif and their friends decode hostile input in C, so they run in a process of
their own that lives for one picture (`child.run`) and may crash, loop or eat memory alone. That
process imports this package and no Django, which is why it is ready in about 50 ms; `photos.py`
beside this package turns its answers into words for people.
"""
