"""PPTX: an entry a slide, with its notes and comments; the page is the slide's number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from khoj_lite.errors import FileError, FileParseError
from khoj_lite.parsers.flow import Flow, one_line
from khoj_lite.parsers.office import about, chosen, main_part
from khoj_lite.parsers.package import Package, attribute, local, text_of
from khoj_lite.parsers.work import Work
from khoj_lite.types import Document

MOST_SLIDES = 5000
DEEPEST = 60
RESERVE_SECONDS = 5.0

_EMPTY_HOLDERS = frozenset({"sldNum", "dt", "ftr", "hdr", "sldImg"})
"""Placeholders that say the same on every slide."""


def parse(data: bytes, path: str, work: Work) -> Document:
    """The document of a presentation. FileEncryptedError when it needs a password,
    FileParseError when it is none."""
    package = Package(data, "PowerPoint presentation")
    name = main_part(package, "ppt/presentation.xml")
    root = package.xml(name)
    if root is None or local(root) != "presentation":
        raise FileParseError("this is no PowerPoint presentation: its contents are damaged")
    says = about(package)
    notes: list[str] = []
    flow = Flow()
    broken: list[int] = []
    slides = list(_slides(package, name))[:MOST_SLIDES]
    first = ""
    for number, part in enumerate(slides, 1):
        if work.left < RESERVE_SECONDS:
            notes.append(f"slides {number} to {len(slides)} were left out: no time left")
            break
        flow.page(number)
        try:
            title = _slide(package, part, number, flow)
        except FileError:
            broken.append(number)
            continue
        first = first or title
    if broken:
        shown = ", ".join(map(str, broken[:10])) + (" and more" if len(broken) > 10 else "")
        notes.append(f"cannot be read, being damaged: slide {shown}")
    if slides and len(broken) == len(slides):
        raise FileParseError("this presentation is damaged: none of its slides can be read")
    properties = {**says.properties, "slides": str(len(slides))}
    notes += package.notes
    return flow.document("pptx", path, says.title or first, properties, says.dates, notes=notes)


def _slides(package: Package, name: str) -> Iterator[str]:
    """The parts of the slides, in the order they are shown."""
    relations = package.relations(name)
    root = package.xml(name)
    for item in root.iter("{*}sldId") if root is not None else ():
        for key, value in item.items():
            if key.endswith("}id") and value in relations:
                yield relations[value][1]


def _slide(package: Package, part: str, number: int, flow: Flow) -> str:
    """Write a slide; its title comes back."""
    root = package.xml(part)
    relations = package.relations(part)
    if root is None:
        raise FileParseError("the slide is damaged")
    shapes = [shape for tree in root.iter("{*}spTree") for shape in _shapes(tree, 0)]
    titled = next((shape for shape in shapes if _holder(shape) in ("title", "ctrTitle")), None)
    title = one_line(" ".join(text for text, _, _ in _paragraphs(titled, relations)))
    flow.heading(1, title or f"Slide {number}")
    for shape in shapes:
        if shape is not titled and _holder(shape) not in _EMPTY_HOLDERS:
            flow.gap()
            _shape(package, shape, relations, flow)
    for kind, target in relations.values():
        if kind == "notesSlide":
            _notes(package, target, flow)
        elif kind == "comments":
            _comments(package, target, flow)
    return title


def _shapes(tree: Any, depth: int) -> Iterator[Any]:
    for shape in chosen(tree):
        if local(shape) == "grpSp" and depth < DEEPEST:
            yield from _shapes(shape, depth + 1)
        elif local(shape) in ("sp", "graphicFrame", "pic", "cxnSp"):
            yield shape


def _holder(shape: Any) -> str:
    """What a placeholder is for."""
    for place in shape.iter("{*}ph"):
        return attribute(place, "type") or "body"
    return ""


def _shape(package: Package, shape: Any, relations: dict[str, tuple[str, str]], flow: Flow) -> None:
    for place in shape.iter("{*}cNvPr"):
        if said := attribute(place, "descr"):
            flow.line(said)
        break
    tables = list(shape.iter("{*}tbl"))
    for table in tables:
        for row in table.iter("{*}tr"):
            flow.row([" ".join(text for text, _, _ in _paragraphs(cell, relations))
                      for cell in row.iter("{*}tc")])  # fmt: skip
    if not tables:
        for text, depth, links in _paragraphs(shape, relations):
            flow.line("  " * depth + text, links)
    for item in shape.iter():
        name = local(item)
        target = relations.get(attribute(item, "dm" if name == "relIds" else "id"), ("", ""))[1]
        if name == "relIds" and target:  # a diagram
            root = package.xml(target)
            for text, _, _ in _paragraphs(root, {}):
                flow.line(text)
        elif name == "chart" and target:
            _chart(package.xml(target), flow)


def _paragraphs(
    shape: Any | None, relations: dict[str, tuple[str, str]]
) -> Iterator[tuple[str, int, list[str]]]:
    """The paragraphs in a shape: text, how far in, the targets of links."""
    for paragraph in shape.iter("{*}p") if shape is not None else ():
        words = []
        links = []
        depth = 0
        for item in paragraph.iter():
            name = local(item)
            if name == "t":
                words.append(item.text or "")
            elif name in ("br", "tab"):
                words.append(" ")
            elif name == "pPr" and attribute(item, "lvl").isdecimal():
                depth = min(int(attribute(item, "lvl")), 8)
            elif name == "hlinkClick" and (found := relations.get(attribute(item, "id"))):
                links += [found[1]] if "://" in found[1] else []
        if text := one_line("".join(words)):
            yield text, depth, links


def _chart(root: Any | None, flow: Flow) -> None:
    """A chart's title, and a line for each of its series."""
    if root is None:
        return
    for title in root.iter("{*}title"):
        flow.line(" ".join(text for text, _, _ in _paragraphs(title, {})))
    for series in root.iter("{*}ser"):
        values = [one_line(text_of(value)) for value in series.iter("{*}v")]
        flow.row(values[:500])


def _notes(package: Package, part: str, flow: Flow) -> None:
    root = package.xml(part)
    lines = [
        text
        for tree in (root.iter("{*}spTree") if root is not None else ())
        for shape in _shapes(tree, 0)
        if _holder(shape) not in _EMPTY_HOLDERS
        for text, _, _ in _paragraphs(shape, {})
    ]
    if lines:
        flow.gap()
        flow.line("Notes: " + "\n".join(lines))


def _comments(package: Package, part: str, flow: Flow) -> None:
    root = package.xml(part)
    for comment in root.iter("{*}cm") if root is not None else ():
        text = " ".join(one_line(text_of(item)) for item in comment.iter("{*}text", "{*}txBody"))
        if text.strip():
            flow.gap()
            flow.line(f"Comment: {text}")
