"""What travels in Khoj's API: hits, references, messages and sessions as its clients read them."""

from __future__ import annotations

import html
import os
import time
from collections.abc import Mapping, Sequence

from khoj_lite.server.khoj_text import answer_text, compiled, entry_text
from khoj_lite.server.links import open_uri
from khoj_lite.server.wire import Json
from khoj_lite.sources.wire_path import os_path
from khoj_lite.types import Conversation, Hit, Message, Source

TYPES: Mapping[str, tuple[str, ...]] = {
    "org": ("org",),
    "markdown": ("markdown",),
    "image": ("image",),
    "pdf": ("pdf",),
    "docx": ("docx",),
    "plaintext": ("text", "html", "csv", "code"),
}
"""Khoj's types of content, and what ours are called."""
KINDS = {"github": "git", "notion": "notion"}
"""Types of Khoj that are kinds of sources here."""
CONTENT_TYPES = ("all", *TYPES, *KINDS)


def stamp(seconds: float) -> str:
    """A moment as Khoj's clients show it: local time, to the second."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(seconds))


def hit_object(hit: Hit, client: str, folders: Sequence[Source]) -> Json:
    """A hit as Khoj gives it. `score` is a distance, lower is better; Obsidian's plugin alone
    puts the highest first, so it gets what is highest for the best."""
    entry = hit.stored.entry
    closeness = min(1.0, max(0.0, round(float(hit.score), 6)))
    return {
        "entry": entry_text(entry, client),
        "score": closeness if client == "obsidian" else round(1.0 - closeness, 6),
        "cross_score": None,
        "corpus_id": str(hit.stored.id),
        "additional": {
            "source": "computer",
            "file": shown_path(entry.path, client, folders),
            "uri": open_uri(entry.path, entry.page, hit.line, entry.end_line),
            "compiled": compiled(entry.title, entry.outline, entry.plain, client),
            "heading": entry.outline[-1] if entry.outline else entry.title,
        },
    }


PICTURE = "/api/content/image"
"""What khoj.el takes for the place of a picture; nothing is there."""
PICTURE_CHARACTERS = 300


def picture_object(hit: Json) -> Json:
    """A picture as khoj.el shows those of its type: it writes HTML from what it is given, escapes
    none of it, and fetches the picture from the server's address with `entry` behind it. The text
    in a picture must not stand there: beginning with `@` it would name another host. So the file
    and the text go where the scores are shown."""
    about, text = hit["additional"], " ".join(hit["entry"].split())
    return {
        **hit,
        "entry": PICTURE,
        "additional": {
            **about,
            "metadata_score": html.escape(about["file"]),
            "image_score": html.escape(text[:PICTURE_CHARACTERS]),
        },
    }


def shown_path(path: str, client: str, folders: Sequence[Source]) -> str:
    """The path by which a client knows a file: Obsidian's plugin, the one within its vault."""
    if client != "obsidian" or not path.startswith("/"):
        return path
    vault = _vault(path)
    if not vault:
        vault = next((f.location for f in folders if path.startswith(f"{f.location}/")), "")
    return path[len(vault.rstrip("/")) + 1 :] if vault else path


def _vault(path: str) -> str:
    folder = path
    while (folder := folder.rpartition("/")[0]) != "":
        if os.path.isdir(os.path.join(os_path(folder), ".obsidian")):
            return folder
    return ""


def reference(source: Json, query: str, client: str, folders: Sequence[Source]) -> Json:
    """A passage that an answer rests on."""
    return {
        "query": query,
        "compiled": compiled(source["title"], source["outline"], source["snippet"], client),
        "file": shown_path(source["path"], client, folders),
        "uri": source.get("uri", ""),
    }


def session_object(conversation: Conversation) -> Json:
    return {
        "conversation_id": conversation.id,
        "slug": conversation.title,
        "agent_name": "Khoj",
        "created": stamp(conversation.created),
        "updated": stamp(conversation.updated),
        "agent_icon": None,
        "agent_color": None,
        "agent_is_hidden": False,
    }


def history(
    conversation: Conversation, newest: int, client: str, folders: Sequence[Source]
) -> Json:
    """A conversation; of a long one the newest turns."""
    chat = turns(conversation.messages, client, folders)
    return {
        "conversation_id": conversation.id,
        "slug": conversation.title,
        "agent": None,
        "is_owner": True,
        "chat": chat[-newest:] if newest else chat,
    }


def turns(messages: Sequence[Message], client: str, folders: Sequence[Source]) -> list[Json]:
    """The messages as Khoj gives them. Question and answer share the id of the answer, which
    names the turn."""
    found: list[Json] = []
    for n, message in enumerate(messages):
        following = messages[n + 1] if n + 1 < len(messages) else None
        asked = message.role == "user"
        answered = asked and following is not None and following.role == "assistant"
        turn = following.id if answered and following is not None else message.id
        question = messages[n - 1].text if not asked and n else message.text
        sources = message.details.get("sources")
        found.append(
            {
                "by": "you" if asked else "khoj",
                "message": message.text if asked else answer_text(message.text, client),
                "created": stamp(message.created),
                "context": [
                    reference(source, question, client, folders)
                    for source in (sources if isinstance(sources, list) else [])
                ],
                "onlineContext": {},
                "intent": {"type": "remember", "inferred-queries": [question]},
                "turnId": turn,
                "images": [],
                "mermaidjsDiagram": None,
            }
        )
    return found
