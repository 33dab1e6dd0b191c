"""What the indexer asks of an open notebook: its texts as people see them, saved or not."""

from __future__ import annotations

import asyncio

from lookin.apps.kernels.broker.room import Room
from lookin.core.documents.blobs import restored
from lookin.core.documents.document import Document, Json
from lookin.core.documents.searchable import searchable_texts

NOT_OPEN: Json = {"open": False}


async def searchable(room: Room) -> Json:
    """`{open, path, people, texts}`: the file, who took part since the last version, and
    `[cell, kind, text]` of each text (core/documents/searchable.py)."""
    texts = await asyncio.to_thread(_texts, room, room.session.document)
    return {
        "open": True,
        "path": str(room.address.path),
        "people": list(room.chronicle.people),
        "texts": texts,
    }


def _texts(room: Room, document: Document) -> list[list[str]]:
    def behind(address: object) -> str | None:
        output = restored({"data": {"text/plain": address}}, room.blobs.read)
        value = output["data"].get("text/plain")
        return value if isinstance(value, str) else None

    cells = (
        {"id": c.id, "type": c.type, "source": c.source, "outputs": c.outputs} for c in document
    )
    return [[text.cell, text.kind, text.text] for text in searchable_texts(cells, behind)]
