"""Conversations, their messages and what the user thought of them."""

from __future__ import annotations

import json
import sqlite3
import time
import uuid
from collections.abc import Callable, Mapping

from khoj_lite.errors import NotFoundError
from khoj_lite.store.db import Database
from khoj_lite.store.titles import TITLE_LENGTH, title_of
from khoj_lite.types import Conversation, Message

UNTITLED = "New conversation"

MOST_WORDS = 20
"""Words of a search that are looked for; each is looked up in every message."""

_HOLDS = (
    "(instr(casefold(title), ?) OR EXISTS (SELECT 1 FROM messages m WHERE m.conversation_id = c.id"
    " AND m.replaced IS NULL AND instr(casefold(m.text), ?)))"
)


class Chats:
    """Kept until the user deletes them; deleted means gone from the file. `forget` is told when
    that happens, for what was kept of it elsewhere."""

    def __init__(self, db: Database, forget: Callable[[], None] = lambda: None) -> None:
        self._db = db
        self._forget = forget

    def create(self, title: str = UNTITLED) -> Conversation:
        now = time.time()
        conversation = Conversation(uuid.uuid4().hex, title, now, now)
        with self._db.write() as connection:
            connection.execute(
                "INSERT INTO conversations VALUES (?, ?, ?, ?)", (conversation.id, title, now, now)
            )
        return conversation

    def get(self, conversation_id: str, *, replaced: bool = False) -> Conversation:
        """The conversation with its messages, oldest first; NotFoundError if there is none.

        With `replaced` these are the messages that others took the place of."""
        connection = self._db.read()
        row = connection.execute(
            "SELECT * FROM conversations WHERE id = ?", (conversation_id,)
        ).fetchone()
        if row is None:
            raise NotFoundError("there is no such conversation", "It may have been deleted.")
        messages = connection.execute(
            "SELECT * FROM messages WHERE conversation_id = ? AND (replaced IS NOT NULL) = ?"
            " ORDER BY position",
            (conversation_id, replaced),
        )
        return Conversation(
            row["id"], row["title"], row["created"], row["updated"],
            tuple(_message(m) for m in messages),
        )  # fmt: skip

    def list(self, query: str = "", limit: int = 100, offset: int = 0) -> list[Conversation]:
        """Conversations without their messages, last used first; every word of `query` stands in
        the title or a message, case aside."""
        matching, words = _matching(query)
        rows = self._db.read().execute(
            f"SELECT * {matching} ORDER BY updated DESC, id LIMIT ? OFFSET ?",
            (*words, limit, offset),
        )
        return [Conversation(r["id"], r["title"], r["created"], r["updated"]) for r in rows]

    def count(self, query: str = "") -> int:
        """How many conversations `list` would show without its limit."""
        matching, words = _matching(query)
        rows = self._db.read().execute(f"SELECT COUNT(*) {matching}", words)
        return int(rows.fetchone()[0])

    def add_message(
        self,
        conversation_id: str,
        role: str,
        text: str,
        details: Mapping[str, object] | None = None,
        message_id: str | None = None,
    ) -> Message:
        """The message as kept. The first question of an untitled conversation becomes its title."""
        message = Message(
            message_id or uuid.uuid4().hex, role, text, time.time(), dict(details or {})
        )
        with self._db.write() as connection:
            row = connection.execute(
                "SELECT title, (SELECT COALESCE(MAX(position), -1) + 1 FROM messages"
                " WHERE conversation_id = c.id) AS position FROM conversations c WHERE id = ?",
                (conversation_id,),
            ).fetchone()
            if row is None:
                raise NotFoundError("there is no such conversation", "It may have been deleted.")
            title = row["title"]
            if title == UNTITLED and role == "user":
                title = title_of(text) or UNTITLED
            connection.execute(
                "INSERT INTO messages (id, conversation_id, position, role, text, created, details)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    message.id, conversation_id, row["position"], role, text, message.created,
                    json.dumps(message.details, ensure_ascii=False),
                ),
            )  # fmt: skip
            connection.execute(
                "UPDATE conversations SET title = ?, updated = ? WHERE id = ?",
                (title, message.created, conversation_id),
            )
        return message

    def replace_from(self, conversation_id: str, message_id: str) -> None:
        """Take a message and all after it out of the conversation; `get` still finds them with
        `replaced`. They go for good with the conversation."""
        with self._db.write() as connection:
            changed = connection.execute(
                "UPDATE messages SET replaced = ? WHERE conversation_id = ? AND replaced IS NULL"
                " AND position >= (SELECT position FROM messages WHERE id = ?"
                "  AND conversation_id = ? AND replaced IS NULL)",
                (time.time(), conversation_id, message_id, conversation_id),
            )
            if not changed.rowcount:
                raise NotFoundError("there is no such message", "It may have been replaced.")

    def delete_exchange(self, message_id: str) -> None:
        """Remove a question and its answer for good, whichever of the two is named."""
        with self._db.write() as connection:
            row = connection.execute(
                "SELECT conversation_id, position, role FROM messages WHERE id = ?", (message_id,)
            ).fetchone()
            if row is None:
                raise NotFoundError("there is no such message", "It may have been deleted.")
            step, wanted = (-1, "user") if row["role"] == "assistant" else (1, "assistant")
            partner = connection.execute(
                "SELECT id FROM messages WHERE conversation_id = ? AND position = ? AND role = ?",
                (row["conversation_id"], row["position"] + step, wanted),
            ).fetchone()
            ids = [message_id, *([partner["id"]] if partner else [])]
            connection.executemany("DELETE FROM messages WHERE id = ?", [(i,) for i in ids])
        self._db.empty_log()
        self._forget()

    def rename(self, conversation_id: str, title: str) -> None:
        with self._db.write() as connection:
            changed = connection.execute(
                "UPDATE conversations SET title = ? WHERE id = ?",
                (" ".join(title.split())[:TITLE_LENGTH] or UNTITLED, conversation_id),
            )
            if not changed.rowcount:
                raise NotFoundError("there is no such conversation", "It may have been deleted.")

    def delete(self, conversation_id: str) -> None:
        """Remove a conversation for good: SQLite overwrites what it held (`secure_delete`), and
        the log that still has it is emptied."""
        with self._db.write() as connection:
            gone = connection.execute("DELETE FROM conversations WHERE id = ?", (conversation_id,))
            if not gone.rowcount:
                raise NotFoundError("there is no such conversation", "It may have been deleted.")
        self._db.empty_log()
        self._forget()

    def feedback(self, message_id: str, value: str, reason: str = "") -> None:
        """Keep a thumb (`up`, `down`, or `none` to take it back) and the reason given."""
        kept = None if value == "none" else json.dumps({"value": value, "reason": reason})
        with self._db.write() as connection:
            changed = connection.execute(
                "UPDATE messages SET feedback = ? WHERE id = ?", (kept, message_id)
            )
            if not changed.rowcount:
                raise NotFoundError("there is no such message", "It may have been deleted.")


def _matching(query: str) -> tuple[str, list[str]]:
    """The SQL that conversations come from, and its values."""
    words = query.casefold().split()[:MOST_WORDS]
    where = " AND ".join([_HOLDS] * len(words)) or "TRUE"
    return f"FROM conversations c WHERE {where}", [word for word in words for _ in range(2)]


def _message(row: sqlite3.Row) -> Message:
    return Message(
        row["id"], row["role"], row["text"], row["created"], json.loads(row["details"]),
        json.loads(row["feedback"]) if row["feedback"] else None,
    )  # fmt: skip
