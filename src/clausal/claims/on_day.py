"""A batch of claims as if every service had been on one day."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pyarrow.compute as pc

from clausal.rules.model import SERVICE_DATE
from clausal.schedules.calendar import EPOCH

END = "service_date_end"


def on_day(batch: pa.RecordBatch, day: dt.date | None) -> pa.RecordBatch:
    """The batch with a day in the place of each line's own (None: as it is); a service that spans days spans as many.

    A line without a day keeps none: it cannot be read, whatever day is put in the place of others.
    """
    if day is None or SERVICE_DATE not in batch.schema.names:
        return batch
    names, arrays = batch.schema.names, list(batch.columns)
    at = names.index(SERVICE_DATE)
    own = arrays[at].cast(pa.int32())
    to = pa.scalar((day - EPOCH).days, pa.int32())
    arrays[at] = pc.if_else(own.is_valid(), to, own).cast(arrays[at].type)
    if END in names:
        end = names.index(END)
        spanned = pc.subtract(arrays[end].cast(pa.int32()), own)
        arrays[end] = pc.add(spanned, to).cast(arrays[end].type)
    return pa.RecordBatch.from_arrays(arrays, schema=batch.schema)
