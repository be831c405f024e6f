"""The first tables, with the triggers that keep evidence from being changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

FIRST_HASH = "0" * 64
KEPT = {
    "events": None,
    "determinations": None,
    "deletions": None,
    "answers": ("answer", "id"),
    "steps": ("determination", "determination"),
}
"""Tables of which no row is changed; a row of those with a name is deleted only when `deletions` tells of it."""


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "answers",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=255), nullable=False),
        sa.Column("service_date", sa.String(length=10), nullable=False),
        sa.Column("as_of", sa.String(length=10), nullable=False),
        sa.Column("library", sa.String(length=80), nullable=False),
        sa.Column("tables", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("given", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("answers_at", "answers", ["at"], unique=False)
    op.create_table(
        "deletions",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("rule", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject"),
    )
    op.create_table(
        "determinations",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("answer", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("determinations_answer", "determinations", ["answer"], unique=False)
    op.create_table(
        "events",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=255), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("request", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("events_subject", "events", ["subject"], unique=False)
    op.create_table(
        "heads",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=255), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("made", sa.String(length=32), nullable=False),
        sa.Column("begun", sa.String(length=32), nullable=False),
        sa.Column("ended", sa.String(length=32), nullable=False),
        sa.Column("beat", sa.String(length=32), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("to_stop", sa.Boolean(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("rejected", sa.BigInteger(), nullable=False),
        sa.Column("fraction", sa.Float(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("problems", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("jobs_state", "jobs", ["state"], unique=False)
    op.create_table(
        "keys",
        sa.Column("actor", sa.String(length=255), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("request", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=160), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("actor", "key"),
    )
    op.create_table(
        "people",
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("blocked", sa.Boolean(), nullable=False),
        sa.Column("seen", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("subject"),
    )
    op.create_table(
        "sessions",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("csrf", sa.String(length=64), nullable=False),
        sa.Column("made", sa.String(length=32), nullable=False),
        sa.Column("seen", sa.String(length=32), nullable=False),
        sa.Column("ends", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index("sessions_ends", "sessions", ["ends"], unique=False)
    op.create_table(
        "settings",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "sign_ins",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("verifier", sa.String(length=128), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("back", sa.String(length=512), nullable=False),
        sa.Column("ends", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "tokens",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(length=255), nullable=False),
        sa.Column("made", sa.String(length=32), nullable=False),
        sa.Column("ends", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest"),
    )
    op.create_table(
        "steps",
        sa.Column("determination", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=255), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("previous", sa.String(length=16), nullable=False),
        sa.Column("previous_number", sa.Integer(), nullable=True),
        sa.Column("adverse", sa.Boolean(), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("reviewer", sa.String(length=255), nullable=False),
        sa.Column("credential", sa.String(length=64), nullable=False),
        sa.Column("licence", sa.String(length=64), nullable=False),
        sa.Column("reviewed_on", sa.String(length=10), nullable=False),
        sa.Column("rationale", sa.Text(), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "(previous = '' AND state = 'recommended') OR (previous = 'recommended' AND state IN ('in review', 'withdrawn')) OR (previous = 'recommended' AND state = 'determined' AND automatic AND NOT adverse) OR (previous = 'in review' AND state IN ('in review', 'determined', 'withdrawn') AND NOT automatic) OR (previous = 'determined' AND state IN ('issued', 'in review')) OR (previous = 'issued' AND state = 'appealed' AND adverse) OR (previous = 'appealed' AND state IN ('overturned', 'upheld', 'withdrawn') AND NOT automatic) OR (previous IN ('upheld', 'overturned') AND state = 'issued')",
            name="steps_allowed",
        ),
        sa.CheckConstraint(
            "NOT (adverse AND state IN ('determined', 'overturned', 'upheld')) OR (reviewer <> '' AND credential <> '' AND licence <> '' AND reviewed_on <> '' AND rationale <> '')",
            name="adverse_is_reviewed",
        ),
        sa.CheckConstraint(
            """adverse OR (lines NOT LIKE '%"outcome":"denied"%' AND lines NOT LIKE '%"outcome":"partly approved"%')""",
            name="less_is_adverse",
        ),
        sa.CheckConstraint(
            "(number = 1 AND previous_number IS NULL) OR (number > 1 AND previous_number = number - 1)",
            name="steps_in_order",
        ),
        sa.ForeignKeyConstraint(
            ["determination", "previous_number", "previous"],
            ["steps.determination", "steps.number", "steps.state"],
            name="steps_follow",
        ),
        sa.ForeignKeyConstraint(
            ["determination"],
            ["determinations.id"],
        ),
        sa.PrimaryKeyConstraint("determination", "number"),
        sa.UniqueConstraint("determination", "number", "state", name="steps_state"),
    )
    op.execute(sa.text("INSERT INTO heads (id, number, hash) VALUES (1, 0, :hash)").bindparams(hash=FIRST_HASH))
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, told in KEPT.items():
        for statement in _sqlite(table, told) if is_sqlite else _postgres(table, told):
            op.execute(sa.text(statement))


def downgrade() -> None:
    """Refused: the log would be lost."""
    raise NotImplementedError("the first tables hold the log, and are not taken back")


def _told(row: str, told: tuple[str, str]) -> str:
    kind, column = told
    return f"EXISTS (SELECT 1 FROM deletions WHERE kind = '{kind}' AND subject = {row}.{column})"


def _sqlite(table: str, told: tuple[str, str] | None) -> list[str]:
    refused = f"SELECT RAISE(ABORT, '{table} are only added to')"
    when = f"WHEN NOT {_told('OLD', told)} " if told else ""
    return [
        f"CREATE TRIGGER {table}_unchanged BEFORE UPDATE ON {table} BEGIN {refused}; END",
        f"CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} {when}BEGIN {refused}; END",
    ]


def _postgres(table: str, told: tuple[str, str] | None) -> list[str]:
    refused = f"RAISE EXCEPTION '{table} are only added to'"
    unless = f"IF TG_OP = 'DELETE' AND {_told('OLD', told)} THEN RETURN OLD; END IF; " if told else ""
    return [
        f"CREATE FUNCTION {table}_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {unless}{refused}; END $$",
        f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_kept()",
        f"CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table} EXECUTE FUNCTION {table}_kept()",
    ]
