"""Reviews of what changes between two days of a document: ticks with who and when, only added to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table, with the triggers that keep it from being changed."""
    op.create_table(
        "reviews",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("pack", sa.String(length=120), nullable=False),
        sa.Column("before", sa.String(length=10), nullable=False),
        sa.Column("after", sa.String(length=10), nullable=False),
        sa.Column("region", sa.String(length=64), nullable=False),
        sa.Column("library", sa.String(length=80), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("reviewed", sa.Boolean(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("reviews_of", "reviews", ["pack", "before", "after"], unique=False)
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in _sqlite() if is_sqlite else _postgres():
        op.execute(sa.text(statement))


def downgrade() -> None:
    """Refused: what was reviewed would be lost."""
    raise NotImplementedError("reviews are evidence, and are not taken back")


def _sqlite() -> list[str]:
    refused = "SELECT RAISE(ABORT, 'reviews are only added to')"
    return [
        f"CREATE TRIGGER reviews_unchanged BEFORE UPDATE ON reviews BEGIN {refused}; END",
        f"CREATE TRIGGER reviews_kept BEFORE DELETE ON reviews BEGIN {refused}; END",
    ]


def _postgres() -> list[str]:
    refused = "RAISE EXCEPTION 'reviews are only added to'"
    return [
        f"CREATE FUNCTION reviews_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {refused}; END $$",
        "CREATE TRIGGER reviews_kept BEFORE UPDATE OR DELETE ON reviews FOR EACH ROW EXECUTE FUNCTION reviews_kept()",
        "CREATE TRIGGER reviews_whole BEFORE TRUNCATE ON reviews EXECUTE FUNCTION reviews_kept()",
    ]
