"""Text as Khoj's clients show it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from khoj_lite.types import Entry

_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_HEADING = re.compile(r"#{1,6} +(.*?)[ #]*$")
_LINK = re.compile(r"\[([^\[\]]+)\]\(<?([^()<>\s]+)>?\)")
_STARS = re.compile(r"\*+(?: |$)")
_HEADS = {"org": "*", "markdown": "#"}


def entry_text(entry: Entry, client: str) -> str:
    """The entry's source. Emacs joins entries and folds them by their headings, so there every
    one begins with a heading and ends with a line."""
    if client != "emacs":
        return entry.text
    mark = _HEADS.get(entry.type, "")
    head = f"{mark} {entry.title}\n" if mark and not entry.text.startswith(mark) else ""
    return head + entry.text.rstrip("\n") + "\n"


def compiled(title: str, outline: Sequence[str], text: str, client: str) -> str:
    """A text under its headings. Clients drop the first line: Obsidian's any, Emacs one that is
    an Org heading."""
    mark = "*" if client == "emacs" else "#"
    name = " › ".join([title, *(part for part in outline if part != title)])
    return f"{mark} {name}\n{text}"


def answer_text(markdown: str, client: str) -> str:
    """An answer as the client renders it: khoj.el shows Org."""
    return org(markdown) if client == "emacs" else markdown


def org(markdown: str) -> str:
    """Markdown of an answer as Org: bold, headings, links, code blocks; escapes taken away."""
    lines: list[str] = []
    fence = ""
    for line in markdown.split("\n"):
        quote = line[: len(line) - len(line.lstrip("> "))]
        bare = line[len(quote) :]
        if fence:
            if bare.startswith(fence):
                fence, bare = "", "#+end_src"
            lines.append(bare if bare == "#+end_src" else f",{bare}" if _special(bare) else bare)
        elif bare.startswith(("```", "~~~")):
            fence = bare[:3]
            lines.append(f"#+begin_src {bare.strip('`~ ')}".rstrip())
        else:
            shown = _plain(bare)
            lines.append(quote.rstrip() + " " + shown if quote else shown)
    return "\n".join(lines)


def _special(line: str) -> bool:
    return line.startswith(("*", "#+"))


def _plain(line: str) -> str:
    """A line outside of code. Stars at its margin would be a heading of the buffer."""
    heading = _HEADING.match(line)
    line = f"**{heading[1].replace('**', '')}**" if heading and heading[1] else line
    line = _BOLD.sub(r"*\1*", _LINK.sub(r"[[\2][\1]]", line))
    line = _ESCAPE.sub(r"\1", line)
    return f" {line}" if _STARS.match(line) else line
