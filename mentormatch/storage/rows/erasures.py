"""Rows of erasures: the pseudonym that stands for an erased person, and how to know them again in a backup."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from mentormatch.storage.rows.metadata import HASH_LENGTH, PLAIN, S3, Row, to


class ErasureRow(Row):
    """Somebody who was erased. ``id_hash`` is a keyed hash of the former id: it recognises, and reveals nothing."""

    __tablename__ = "erasures"

    person_key: Mapped[int] = mapped_column(to("people.key"), primary_key=True, info=PLAIN)
    pseudonym: Mapped[str] = mapped_column(String(40), unique=True, info=PLAIN)
    id_hash: Mapped[str] = mapped_column(String(HASH_LENGTH), unique=True, info=S3)
    erased_by: Mapped[int | None] = mapped_column(to("users.key"), info=S3)
    erased_at: Mapped[datetime] = mapped_column(info=PLAIN)
