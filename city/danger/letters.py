"""Letters that look like Latin ones, and words that say nothing by themselves."""

# Small Cyrillic and Greek letters that the eye takes for Latin ones (a part of the Unicode
# Consortium's confusables.txt), and below each what it is taken for.
_ALIKE = "авсԁеһніјкӏмпорԛгѕтцѵԝхуıαβεηικμνορτυχγω"
_LATIN = "abcdehhijklmnopqrstuvwxyiabenikuvoptuxyw"
LOOKALIKES = dict(zip(_ALIKE, _LATIN, strict=True))

# A phrase is found with any of these between its words, or without its own.
_ENGLISH = """
a an and are as at be been being has have i in is it its of on or our so that the their there theres
this was we were which who you your my he she his her they im ive hes shes
"""
_SPANISH = """
al de del el ella en es esta este esto ha hay la las le lo los mi mis muy que se su sus un una unas
unos y ya yo
"""
FILLERS = frozenset([*_ENGLISH.split(), *_SPANISH.split()])
