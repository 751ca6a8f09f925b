"""What a message asks chat to do: a command, a greeting, or a question. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from khoj_lite.chat.marks import MARK
from khoj_lite.errors import UsageError

Mode = Literal["notes", "general", "summarize"]

COMMANDS = {
    "notes": "answer from your notes (what happens without a command, too)",
    "general": "let the chat model answer from what it knows, without your notes",
    "summarize": "summarise one note or book: `/summarize book.pdf`",
    "help": "say what chat can do",
}

HELP = """Ask a question in your own words. A chat model answers from your notes, or, without \
one, sentences that answer are quoted word for word; a number opens the note at the line.

You can follow up ("and in 2020?", "what about Berlin?"), and narrow a question with the filters \
of search, for example `tag:work`, `file:"*.org"`, `dt>="2026-01-01"` or `+"a must"`. With \
`file:"book.pdf"` a model reads the whole of that file if it fits.

Commands:

""" + "\n".join(f"- `/{name}`: {what}" for name, what in COMMANDS.items())

GREETING = (
    "Hello. Ask me something that stands in your notes, and I will quote the sentences that "
    "answer it. `/help` says more."
)
THANKS = "You are welcome."
NO_PATH = (
    "Say which note: `/summarize book.pdf`, by its path or the end of it. Search shows the paths."
)
NO_WORDS = "There is no word in that to look for. Ask in your own words; `/help` says more."
NO_QUESTION = "The message holds filters but no question. Add what you want to know."

_COMMAND = re.compile(r"/([a-zA-Z][\w-]*)(?:\s+|$)")
_HELLO = re.compile(
    r"""(?:hi|hello|hey|hallo|moin|servus|hola|salut|bonjour|ciao|hej|olá|привет|здравствуйте
    |你好|您好|こんにちは|안녕하세요|مرحبا|नमस्ते|สวัสดี
    |good\ (?:morning|afternoon|evening|day)|guten\ (?:morgen|tag|abend))
    (?:\s+(?:there|all|everyone|khoj))?""",
    re.IGNORECASE | re.VERBOSE,
)
_THANKS = re.compile(
    r"""(?:thanks?(?:\ you|\ a\ lot|\ so\ much|\ very\ much)*|thx|danke(?:\ schön)?|vielen\ dank
    |merci|gracias|grazie|obrigad[oa]|dank\ je|спасибо|谢谢|ありがとう|감사합니다|شكرا
    |(?:[👍👌🙏👏❤🧡💛💚💙💜😊]️?[🏻-🏿]?\s*)+)""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Request:
    """A message read: either `reply` is the whole answer, or `question` is to be answered (for
    `summarize`, the path of a note)."""

    question: str
    reply: str = ""
    mode: Mode = "notes"


def has_words(text: str) -> bool:
    """Whether there is anything in it to look for: more than signs and the number of a source."""
    return any(c.isalnum() for c in MARK.sub("", text))


def read(message: str) -> Request:
    """What `message` asks for. UsageError when it says nothing at all."""
    text = message.strip()
    if not any(c.isprintable() and not c.isspace() for c in text):
        raise UsageError("the message is empty", "Type a question.")
    command = _COMMAND.match(text)
    if command:
        name = command.group(1).lower()
        text = text[command.end() :].strip()
        if name not in COMMANDS:
            known = ", ".join(f"`/{known}`" for known in COMMANDS)
            return Request("", f"There is no command `/{name}`. Known: {known}.")
        if name == "summarize":
            path = text.strip("\"'`“”„ ")
            return Request(path, "" if path else NO_PATH, "summarize")
        if name == "help" or not text:
            return Request("", HELP)
        if name == "general":
            return Request(text, mode="general")
    bare = text.strip(" \t\n!.,?！。，؟…")
    if _HELLO.fullmatch(bare):
        return Request("", GREETING)
    if _THANKS.fullmatch(bare):
        return Request("", THANKS)
    return Request(text)
