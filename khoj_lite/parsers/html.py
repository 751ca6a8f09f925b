"""HTML: saved web pages and notes that were exported as such. The page's own text, not the menus
around it; lines are counted in that text."""

from __future__ import annotations

from khoj_lite.parsers.flow import Flow
from khoj_lite.parsers.html_about import about
from khoj_lite.parsers.html_main import main_part
from khoj_lite.parsers.html_read import read
from khoj_lite.parsers.html_tree import html_root, html_text, without_tags
from khoj_lite.parsers.work import Work
from khoj_lite.types import Document


def parse(data: bytes, path: str, work: Work) -> Document:
    """The document of a web page. FileBinaryError when it is no text, FileParseError when there
    is no page in it."""
    return document(html_text(data), path)


def document(text: str, path: str, kind: str = "html") -> Document:
    """The document of a web page's source."""
    root = html_root(text)
    main = main_part(root)
    says = about(root, main)
    flow = Flow()
    read(main, flow)
    if not flow.lines:
        for line in without_tags(text).split("\n"):
            flow.line(" ".join(line.split()))
    return flow.document(kind, path, says.title, says.properties, says.dates, says.tags)
