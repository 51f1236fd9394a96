"""What was taken from old books: files, and the identity and digest of each row."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from gallery.core.db import Base, Id
from gallery.core.models import one_of


class ImportBatch(Base):
    """One file, taken whole."""

    __tablename__ = "import_batch"
    id: Mapped[Id]
    kind: Mapped[str]
    sha: Mapped[str]
    rows: Mapped[int]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]
    __table_args__ = (one_of("kind", "groups", "products", "consignments", "sales", "payouts"),)


class ImportRow(Base):
    """A row known by its identity; the same again changes nothing, another content is an error."""

    __tablename__ = "import_row"
    id: Mapped[Id]
    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("import_batch.id"), index=True)
    kind: Mapped[str]
    key: Mapped[str]
    digest: Mapped[str]
    made_id: Mapped[int | None]
    """The row it became: group, variant, note line, order line, return case or payout."""
    __table_args__ = (sa.UniqueConstraint("kind", "key"),)
