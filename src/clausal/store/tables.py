"""The tables of the store. What is kept as evidence is only added to: triggers of the database refuse to change it."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()
HEAD_REVISION = "0002"
"""The migration that makes these tables as they are here; the tests hold it against Alembic's."""
ID = String(32)
TIME = String(32)
"""UTC, as ISO 8601 with microseconds: in order of time where it is in order of text."""
DIGEST = String(64)

events = Table(
    "events",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", TIME, nullable=False),
    Column("actor", String(255), nullable=False),
    Column("action", String(64), nullable=False),
    Column("subject", String(300), nullable=False),
    Column("request", String(64), nullable=False),
    Column("detail", Text, nullable=False),
    Column("previous", DIGEST, nullable=False),
    Column("hash", DIGEST, nullable=False),
    Index("events_subject", "subject"),
)
heads = Table(
    "heads",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", BigInteger, nullable=False),
    Column("hash", DIGEST, nullable=False),
)
answers = Table(
    "answers",
    metadata,
    Column("id", ID, primary_key=True),
    Column("at", TIME, nullable=False),
    Column("actor", String(255), nullable=False),
    Column("service_date", String(10), nullable=False),
    Column("as_of", String(10), nullable=False),
    Column("library", String(80), nullable=False),
    Column("tables", DIGEST, nullable=False),
    Column("version", String(32), nullable=False),
    Column("given", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("digest", DIGEST, nullable=False),
    Index("answers_at", "at"),
)
determinations = Table(
    "determinations",
    metadata,
    Column("id", ID, primary_key=True),
    Column("answer", ID, nullable=False),
    Column("at", TIME, nullable=False),
    Column("actor", String(255), nullable=False),
    Index("determinations_answer", "answer"),
)
_FROM_TO = (
    "(previous = '' AND state = 'recommended')"
    " OR (previous = 'recommended' AND state IN ('in review', 'withdrawn'))"
    " OR (previous = 'recommended' AND state = 'determined' AND automatic AND NOT adverse)"
    " OR (previous = 'in review' AND state IN ('in review', 'determined', 'withdrawn') AND NOT automatic)"
    " OR (previous = 'determined' AND state IN ('issued', 'in review'))"
    " OR (previous = 'issued' AND state = 'appealed' AND adverse)"
    " OR (previous = 'appealed' AND state IN ('overturned', 'upheld', 'withdrawn') AND NOT automatic)"
    " OR (previous IN ('upheld', 'overturned') AND state = 'issued')"
)
_ADVERSE_IS_REVIEWED = (
    "NOT (adverse AND state IN ('determined', 'overturned', 'upheld'))"
    " OR (reviewer <> '' AND credential <> '' AND licence <> '' AND reviewed_on <> '' AND rationale <> '')"
)
_LESS_IS_ADVERSE = (
    """adverse OR (lines NOT LIKE '%"outcome":"denied"%' AND lines NOT LIKE '%"outcome":"partly approved"%')"""
)
steps = Table(
    "steps",
    metadata,
    Column("determination", ID, ForeignKey("determinations.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", TIME, nullable=False),
    Column("actor", String(255), nullable=False),
    Column("state", String(16), nullable=False),
    Column("previous", String(16), nullable=False),
    Column("previous_number", Integer),
    Column("adverse", Boolean, nullable=False),
    Column("automatic", Boolean, nullable=False),
    Column("reviewer", String(255), nullable=False),
    Column("credential", String(64), nullable=False),
    Column("licence", String(64), nullable=False),
    Column("reviewed_on", String(10), nullable=False),
    Column("rationale", Text, nullable=False),
    Column("lines", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("digest", DIGEST, nullable=False),
    UniqueConstraint("determination", "number", "state", name="steps_state"),
    # A step follows the one before it, from the state in which that left the determination.
    ForeignKeyConstraint(
        ["determination", "previous_number", "previous"],
        ["steps.determination", "steps.number", "steps.state"],
        name="steps_follow",
    ),
    CheckConstraint(
        "(number = 1 AND previous_number IS NULL) OR (number > 1 AND previous_number = number - 1)",
        name="steps_in_order",
    ),
    CheckConstraint(_FROM_TO, name="steps_allowed"),
    CheckConstraint(_ADVERSE_IS_REVIEWED, name="adverse_is_reviewed"),
    CheckConstraint(_LESS_IS_ADVERSE, name="less_is_adverse"),
)
reviews = Table(
    "reviews",
    metadata,
    Column("id", ID, primary_key=True),
    Column("pack", String(120), nullable=False),
    Column("before", String(10), nullable=False),
    Column("after", String(10), nullable=False),
    Column("region", DIGEST, nullable=False),
    Column("library", String(80), nullable=False),
    Column("at", TIME, nullable=False),
    Column("actor", String(255), nullable=False),
    Column("name", String(255), nullable=False),
    Column("reviewed", Boolean, nullable=False),
    Column("comment", Text, nullable=False),
    Column("digest", DIGEST, nullable=False),
    Index("reviews_of", "pack", "before", "after"),
)
deletions = Table(
    "deletions",
    metadata,
    Column("kind", String(32), primary_key=True),
    Column("subject", ID, primary_key=True),
    Column("at", TIME, nullable=False),
    Column("rule", String(255), nullable=False),
)
people = Table(
    "people",
    metadata,
    Column("subject", String(255), primary_key=True),
    Column("name", String(255), nullable=False),
    Column("roles", Text, nullable=False),
    Column("blocked", Boolean, nullable=False),
    Column("seen", TIME, nullable=False),
)
sessions = Table(
    "sessions",
    metadata,
    Column("digest", DIGEST, primary_key=True),
    Column("subject", String(255), nullable=False),
    Column("name", String(255), nullable=False),
    Column("roles", Text, nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("made", TIME, nullable=False),
    Column("seen", TIME, nullable=False),
    Column("ends", TIME, nullable=False),
    Index("sessions_ends", "ends"),
)
sign_ins = Table(
    "sign_ins",
    metadata,
    Column("digest", DIGEST, primary_key=True),
    Column("verifier", String(128), nullable=False),
    Column("nonce", String(64), nullable=False),
    Column("back", String(512), nullable=False),
    Column("ends", TIME, nullable=False),
)
tokens = Table(
    "tokens",
    metadata,
    Column("id", ID, primary_key=True),
    Column("digest", DIGEST, nullable=False, unique=True),
    Column("subject", String(255), nullable=False),
    Column("roles", Text, nullable=False),
    Column("made_by", String(255), nullable=False),
    Column("made", TIME, nullable=False),
    Column("ends", TIME, nullable=False),
)
jobs = Table(
    "jobs",
    metadata,
    Column("id", ID, primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("actor", String(255), nullable=False),
    Column("state", String(16), nullable=False),
    Column("asked", Text, nullable=False),
    Column("made", TIME, nullable=False),
    Column("begun", TIME, nullable=False),
    Column("ended", TIME, nullable=False),
    Column("beat", TIME, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("to_stop", Boolean, nullable=False),
    Column("lines", BigInteger, nullable=False),
    Column("rejected", BigInteger, nullable=False),
    Column("fraction", Float, nullable=False),
    Column("result", Text, nullable=False),
    Column("problems", Text, nullable=False),
    Index("jobs_state", "state"),
)
keys = Table(
    "keys",
    metadata,
    Column("actor", String(255), primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("request", DIGEST, nullable=False),
    Column("subject", String(160), nullable=False),
    Column("at", TIME, nullable=False),
)
settings = Table(
    "settings",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)
