"""Reading of a city's folder (its pack), and loading of it into the database.

Other apps take part through `settings.CITY_LOADERS`: dotted paths of functions called with
`(pack_dir, report)` in the same transaction. They read their own file with `read_table` and call
`report.add_problem(file, line, reason)` or `report.add_change(what, name)`; any problem rolls back
everything.
"""

from city.pack.check import check_pack, missing_translations_as_csv
from city.pack.contents import PackContents
from city.pack.file_reader import PackRow, read_table
from city.pack.load import BrokenPack, ManualChangesLost, load_pack, preview_pack
from city.pack.manual_changes import ManualChange
from city.pack.report import PackReport
