"""Reviews of changed regions: who read what changes between two days of a document, when, and what they say of it.

A review is of a region as it was told, by its digest, and of the library it was told by. It is never changed: taking a
tick back is another review, and the last one counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from sqlalchemy import Connection, insert, select

from clausal.store import chain
from clausal.store.identifiers import canonical, digest, new_id, now
from clausal.store.tables import reviews


@dataclass(frozen=True, slots=True)
class Review:
    """One tick (`reviewed`), or one taken back, with a comment; `name` is how the person is shown."""

    id: str
    pack: str
    before: str
    after: str
    region: str
    library: str
    at: str
    actor: str
    name: str
    reviewed: bool
    comment: str
    digest: str

    def expected_digest(self) -> str:
        """The digest that its contents give."""
        return digest(canonical([value for name, value in asdict(self).items() if name != "digest"]))

    @property
    def subject(self) -> str:
        """How events name it."""
        return f"review:{self.id}"


def region_digest(words: Mapping[str, str], but: object, before: object, after: object) -> str:
    """What a region is known by: its words, what it leaves out, and both conclusions with clauses and rules."""
    return digest(canonical([dict(words), but, before, after]))


def review(
    connection: Connection,
    actor: chain.Actor,
    name: str,
    *,
    pack: str,
    before: str,
    after: str,
    region: str,
    library: str,
    reviewed: bool,
    comment: str = "",
) -> Review:
    """Keep a review, and note that it was made."""
    bare = Review(new_id(), pack, before, after, region, library, now(), actor.subject, name, reviewed, comment, "")
    made = replace(bare, digest=bare.expected_digest())
    connection.execute(insert(reviews).values(**asdict(made)))
    detail = {"digest": made.digest, "pack": pack, "before": before, "after": after, "reviewed": reviewed}
    chain.append(connection, actor, "review.made", made.subject, detail)
    return made


def last(connection: Connection, pack: str, before: str, after: str) -> dict[str, Review]:
    """The last review of each region between two days, by the region's digest; of whatever library."""
    here = (reviews.c.pack == pack) & (reviews.c.before == before) & (reviews.c.after == after)
    rows = connection.execute(select(reviews).where(here).order_by(reviews.c.at, reviews.c.id))
    return {row.region: Review(**row._mapping) for row in rows}
