"""Reading a city's folder and making the database say the same.

Other rooms take part through `settings.CITY_LOADERS`: dotted paths of functions called with
`(pack_dir, report)` in the same transaction. They read their own file with `read_table` and tell
`report.problem(file, line, reason)` or `report.changed(what, name, how)`; a problem from anyone
undoes everything.
"""

from city.pack.check import check, words_to_translate
from city.pack.contents import Contents
from city.pack.hand_changes import HandChange
from city.pack.load import BrokenPack, HandChangesLost, load, preview
from city.pack.read import Row, read_table
from city.pack.report import Report
