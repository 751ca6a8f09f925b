"""Source code as entries: one a function or class, what stands between them apart.

Tree-sitter finds the definitions, in broken files too. A language without a grammar is cut by
its lines alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from itertools import zip_longest
from pathlib import PurePosixPath

from tree_sitter import Language, Node, Parser

from khoj_lite.parsers import cut
from khoj_lite.parsers.code_suffixes import GRAMMARS, LANGUAGES
from khoj_lite.parsers.decode import decode
from khoj_lite.parsers.draft import Draft, Heading, split_lines
from khoj_lite.parsers.work import Work
from khoj_lite.types import Document

DEEPEST = 8
"""Definitions in one another that become entries of their own."""
MOST_GRAMMAR = 4_000_000
"""Bytes; a larger file is data or generated, and is cut by its lines alone."""

_FUNCTION = frozenset(
    {"function_definition", "function_declaration", "generator_function_declaration",
     "method_definition", "method_declaration", "constructor_declaration", "function_item",
     "method", "singleton_method", "macro_definition", "destructor_declaration",
     "operator_declaration", "property_declaration", "local_function_statement",
     "function_signature", "compact_constructor_declaration", "preproc_function_def"}
)  # fmt: skip
_CLASS = frozenset(
    {"class_definition", "class_declaration", "abstract_class_declaration", "class_specifier",
     "struct_specifier", "union_specifier", "enum_specifier", "interface_declaration",
     "enum_declaration", "struct_declaration", "record_declaration", "struct_item", "enum_item",
     "union_item", "trait_item", "impl_item", "mod_item", "class", "module", "type_declaration",
     "type_alias_declaration", "type_item", "trait_declaration", "namespace_definition",
     "namespace_declaration", "internal_module", "annotation_type_declaration"}
)  # fmt: skip
_WRAPPERS = frozenset(
    {"decorated_definition", "export_statement", "template_declaration", "lexical_declaration",
     "variable_declaration", "linkage_specification", "ambient_declaration",
     "expression_statement", "assignment_expression"}
)  # fmt: skip
"""What may stand around a definition, and belongs to it."""
_BODIES = frozenset(
    {"block", "class_body", "declaration_list", "field_declaration_list", "interface_body",
     "enum_body", "body_statement", "enum_body_declarations", "statement_block",
     "preproc_ifdef", "preproc_if", "preproc_else", "if_statement", "else_clause", "try_statement",
     "file_scoped_namespace_declaration", "ERROR", "program", "module"}
)  # fmt: skip
"""What holds further definitions."""
_C_TYPES = frozenset({"class_specifier", "struct_specifier", "union_specifier", "enum_specifier"})
_VALUES = frozenset({"arrow_function", "function_expression", "generator_function", "function",
                     "class", "lambda"})  # fmt: skip
"""What makes a variable's declaration a definition."""
_COMMENTS = frozenset({"comment", "line_comment", "block_comment", "attribute_item"})
_NAMES = frozenset({"identifier", "field_identifier", "type_identifier", "property_identifier",
                    "constant", "word", "name", "qualified_identifier", "destructor_name",
                    "operator_name", "scope_resolution", "private_property_identifier",
                    "namespace_identifier", "namespace_name", "string"})  # fmt: skip
_CODE = re.compile(r"\s*(?!#|//|/\*|\*|--|;|end\b|fi\b|done\b)[\w@$\"'(\[{<]")
"""A line that says more than a comment or a closing bracket."""
_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W\d_a-zA-Z]+")


@dataclass(frozen=True, slots=True)
class _Definition:
    """Lines [start, end) of a function or class named `name`, `depth` definitions deep."""

    start: int
    end: int
    depth: int
    name: str


def parse(data: bytes, path: str, work: Work) -> Document:
    """The document of a source file; its title is the file's name. FileBinaryError for bytes
    that are no text."""
    text = decode(data)
    lines = split_lines(text)
    suffix = PurePosixPath(path).suffix.lower()
    language = LANGUAGES.get(suffix, suffix[1:])
    found: list[_Definition] = []
    if suffix in GRAMMARS and len(text) <= MOST_GRAMMAR:
        # parsed as the lines that entries count: a lone form feed or CR divides none
        tree = _parser(GRAMMARS[suffix]).parse("\n".join(lines).encode("utf-8", "replace"))
        found = list(_definitions(tree.root_node, 0))
    name = PurePosixPath(path.rpartition(":")[2] or path).name
    document = cut.document(
        Draft(
            type="code",
            path=path,
            title=name,
            title_is_filename=True,
            lines=lines,
            plain=list(lines),
            headings=list(_headings(found, lines)),
            inherited={"language": language},
        )
    )
    entries = tuple(
        replace(entry, properties=_symbol(entry.properties, entry.outline), dates=())
        for entry in document.entries
    )
    return replace(document, entries=entries)


@cache
def _parser(language: str) -> Parser:
    module = {"csharp": "c_sharp", "tsx": "typescript"}.get(language, language)
    grammar = import_module(f"tree_sitter_{module}")
    attribute = {"typescript": "language_typescript", "tsx": "language_tsx", "php": "language_php"}
    return Parser(Language(getattr(grammar, attribute.get(language, "language"))()))


def _definitions(root: Node, depth: int) -> Iterator[_Definition]:
    """The definitions below a node, outer before inner, in the order of the file.

    `depth` counts the definitions around them. Kept on a list of our own, since nodes may be
    nested as deep as the file's author likes."""
    pending = [(child, depth, child.start_point.row) for child in reversed(root.children)]
    while pending:
        node, depth, start = pending.pop()
        inner = _unwrapped(node)
        if inner is None:
            if node.type in _BODIES:
                pending += _children(node, depth)
            continue
        name = _name(inner)
        if not name:
            pending += _children(inner, depth)
            continue
        first = min(start, _comment_start(node))
        yield _Definition(first, node.end_point.row + 1, depth, name)
        if depth + 1 < DEEPEST and (inner.type in _CLASS or inner.type in _VALUES):
            for child in reversed(inner.children):
                if child.type in _BODIES:
                    pending += _children(child, depth + 1)


def _children(node: Node, depth: int) -> list[tuple[Node, int, int]]:
    return [(child, depth, child.start_point.row) for child in reversed(node.children)]


def _unwrapped(node: Node) -> Node | None:
    """The definition that a node is or holds; None for anything else."""
    for _ in range(5):
        if node.type in _FUNCTION or node.type in _CLASS:
            return node if node.is_named else None
        if node.type == "variable_declarator":
            value = node.child_by_field_name("value")
            return node if value is not None and value.type in _VALUES else None
        if node.type not in _WRAPPERS:
            return None
        inner = [
            child
            for child in node.named_children
            if child.type in _FUNCTION or child.type in _CLASS or child.type in _WRAPPERS
            or child.type == "variable_declarator"
        ]  # fmt: skip
        if len(inner) != 1:
            return None
        node = inner[0]
    return None


def _name(node: Node) -> str:
    """What a definition is called; empty for one without a name."""
    if node.type == "impl_item":
        kind, trait = node.child_by_field_name("type"), node.child_by_field_name("trait")
        names = [_text(part) for part in (trait, kind) if part is not None]
        return " for ".join(names)
    if node.type in _C_TYPES and node.child_by_field_name("body") is None:
        return ""  # a use of the type
    if node.type == "type_declaration":
        inner = next(
            (c for c in node.named_children if c.type in ("type_spec", "type_alias")), None
        )
        return _name(inner) if inner is not None else ""
    named = node.child_by_field_name("name")
    if named is None:
        named = node.child_by_field_name("declarator")
        while named is not None and named.type not in _NAMES:
            deeper = named.child_by_field_name("declarator")
            named = deeper or next((c for c in named.named_children if c.type in _NAMES), None)
    if named is None:
        return ""
    receiver = node.child_by_field_name("receiver") if node.type == "method_declaration" else None
    name = _text(named)
    if receiver is not None:  # Go: func (s *Server) Close()
        words = re.findall(r"\w+", _text(receiver))
        name = f"{words[-1]}.{name}" if words else name
    return name


def _text(node: Node) -> str:
    return " ".join((node.text or b"").decode("utf-8", "replace").split())[:200]


def _comment_start(node: Node) -> int:
    """The first line of the comments that stand right above a definition."""
    start = node.start_point.row
    before = node.prev_sibling
    while before is not None and before.type in _COMMENTS:
        ends = before.end_point.row - (1 if before.end_point.column == 0 else 0)
        if ends < start - 1 or (before.prev_sibling and before.prev_sibling.end_point.row
                                == before.start_point.row
                                and before.prev_sibling.end_point.column):  # fmt: skip
            break  # apart from it, or behind other code
        start = before.start_point.row
        before = before.prev_sibling
    return start


def _headings(found: Sequence[_Definition], lines: Sequence[str]) -> Iterator[Heading]:
    """A heading where a definition begins, and a nameless one where code goes on after it."""
    last = -1
    open_until: list[_Definition] = []
    for definition, after in zip_longest(found, found[1:]):
        while open_until and open_until[-1].end <= definition.start:
            open_until.pop()
        if definition.start <= last:  # two on one line, or a class that begins with a method
            continue
        last = definition.start
        open_until.append(definition)
        yield Heading(definition.start, definition.depth + 1, definition.name)
        border = after.start if after else len(lines)
        ended = [outer for outer in reversed(open_until) if outer.end < border]
        for inner, outer in zip_longest(ended, ended[1:]):
            stop = outer.end if outer else border
            if inner.end > last and any(map(_CODE.match, lines[inner.end : stop])):
                last = inner.end
                yield Heading(inner.end, inner.depth + 1, "")


def _symbol(properties: Mapping[str, str], outline: Sequence[str]) -> Mapping[str, str]:
    """The properties with the full name of the definition, and with the words that it is made
    of where they are written together."""
    if not outline:
        return properties
    name = ".".join(outline)
    words = " ".join(_WORD.findall(name)).lower()
    more = {"symbol": name, "words": words} if words != name.lower() else {"symbol": name}
    return {**properties, **more}
