"""Every reader, and reading a sheet by the one that knows its heading."""

from __future__ import annotations

from clausal.problems import InvalidInput
from clausal.schedules.kinds import KINDS, ReadTable
from clausal.schedules.readers import facilities, ncci, places, relative_values, zips
from clausal.schedules.readers.headings import recognise
from clausal.schedules.readers.release import Given
from clausal.schedules.readers.sheet import Sheet

READERS = (*relative_values.READERS, *places.READERS, *facilities.READERS, *ncci.READERS)


def read_tables(sheet: Sheet, given: Given = (None, None)) -> list[ReadTable] | ncci.PtpFrame:
    """Recognise a sheet by its heading and read it; of pairs, of which there are millions, only where they stand."""
    if zips.is_zip_table(sheet):
        return [zips.read_zips(sheet, given)]
    reader, heading, columns = recognise(sheet, (*READERS, ncci.PAIRS))
    if reader is ncci.PAIRS:
        return ncci.ptp_frame(sheet, heading, columns, given)
    tables = reader.read(sheet, heading, columns, given)
    if not any(table.rows for table in tables):
        message = f"no rows under the header of {KINDS[reader.kind].label}"
        raise InvalidInput.at(sheet.place(heading.last + 1), message)
    return tables
