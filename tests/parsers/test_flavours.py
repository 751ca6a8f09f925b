"""What Logseq, Obsidian and Org-roam write beyond Markdown and Org."""

from __future__ import annotations

import pytest

from khoj_lite.types import Document, Entry

from .invariants import check, words
from .reading import lines, read

BLOCK = "60ab6f5b-1111-4222-8333-444455556666"
OTHER = "00000000-1111-4222-8333-444455556666"


def note(text: str, path: str = "/vault/My note.md") -> Document:
    document = read(text.encode(), path)
    check(document, text)
    return document


def only(text: str, path: str = "/vault/My note.md") -> Entry:
    (entry,) = note(text, path).entries
    return entry


class TestLogseq:
    @pytest.mark.parametrize(
        ("reference", "read_as"),
        [
            (f"see (({BLOCK}))", "see buy the red kettle"),
            (f"{{{{embed (({BLOCK}))}}}}", "buy the red kettle"),
            (f"[label]((({BLOCK})))", "label"),
            (f"see (({OTHER})).", "see ."),
            ("{{embed [[Some page]]}}", "Some page"),
            ("{{cloze the answer}}", "the answer"),
            ("{{video https://x.org/v}}", "https://x.org/v"),
            (f"`(({BLOCK}))`", f"(({BLOCK}))"),
        ],
    )
    def test_a_block_is_read_where_it_is_referred_to(self, reference: str, read_as: str) -> None:
        text = f"- TODO buy the **red** kettle\n  id:: {BLOCK}\n- {reference}"
        assert lines(note(text))[-1] == read_as

    def test_a_block_that_refers_to_itself(self) -> None:
        assert lines(note(f"- round and (({BLOCK}))\n  id:: {BLOCK}")) == ["round and round and"]

    def test_ids_are_out_of_sight_and_findable(self) -> None:
        entry = only(f"- text\n  id:: {BLOCK}\n  collapsed:: true")
        assert entry.plain.split() == ["text"]
        assert {"60ab6f5b", "true"} <= words(entry)

    def test_org_files(self) -> None:
        entries = note(
            f"* buy the kettle #shop\n:PROPERTIES:\n:id: {BLOCK}\n:END:\n"
            "text #[[two words]] not #1\n"
            f"* see (({BLOCK}))\n#+begin_src c\n#include <x>\n#+end_src",
            "/vault/pages/a.org",
        ).entries
        assert [entry.tags for entry in entries] == [("shop", "two words"), ()]
        assert entries[1].plain.split("\n")[0] == "see buy the kettle #shop"
        assert entries[0].properties["id"] == BLOCK


class TestObsidian:
    def test_names_of_blocks_are_out_of_sight_and_findable(self) -> None:
        entry = only("A paragraph. ^my-block\n- item ^abc123\n\nx ^2\n\n[^1]: note")
        assert entry.plain.split("\n") == ["A paragraph.", "item", "", "x ^2", "", "[^1]: note"]
        assert entry.properties["block"] == "my-block, abc123"

    @pytest.mark.parametrize(
        ("text", "read_as", "key", "value"),
        [
            ("- oil [price:: 7 euros] here", "oil price: 7 euros here", "price", "7 euros"),
            ("(rating:: 5)", "rating: 5", "rating", "5"),
            ("[who:: [[Ada|A.]]]", "who: A.", "who", "Ada|A."),
            ("# Head [status:: done]", "Head status: done", "status", "done"),
        ],
    )
    def test_inline_fields(self, text: str, read_as: str, key: str, value: str) -> None:
        entry = only(text)
        assert entry.plain == read_as
        assert entry.properties[key] == value

    def test_a_field_may_be_a_day(self) -> None:
        entry = only("- [ ] press [due:: 2024-05-06]")
        assert [(d.kind, d.day.isoformat()) for d in entry.dates] == [("deadline", "2024-05-06")]

    def test_a_field_in_the_first_line_is_not_the_whole_pages(self) -> None:
        first, second = note("a [x:: 1]\n\n# B\ntext").entries
        assert first.properties["x"] == "1"
        assert "x" not in second.properties

    def test_aliases_are_findable(self) -> None:
        document = note("---\naliases: [Other name, Third]\n---\ntext")
        assert document.aliases == ("Other name", "Third")
        assert {"Other", "Third"} <= words(document.entries[0])

    def test_embeds_show_their_target_or_their_label(self) -> None:
        assert only("![[Note#Part]] ![[Note#Part|shown]]").plain == "Note#Part shown"

    def test_the_words_of_a_drawing_and_nothing_else_of_it(self) -> None:
        text = (
            "---\nexcalidraw-plugin: parsed\ntags: [excalidraw]\n---\n"
            "==⚠  Switch to EXCALIDRAW VIEW in the MORE OPTIONS menu of this document. ⚠==\n\n"
            "# Excalidraw Data\n\n## Text Elements\nBoxes and arrows ^AbCd1234\n\n"
            "Second label ^eFgH5678\n\n%%\n## Drawing\n```compressed-json\n"
            "N4KAkARALgngDgUwgLgAQQQD\n\nwMYEMA2AlgCYBOuA7\n```\n%%"
        )
        document = read(text.encode(), "/vault/Plan.excalidraw.md")
        (entry,) = document.entries
        assert (document.title, entry.outline, entry.tags) == ("Plan", (), ("excalidraw",))
        assert lines(document)[2:] == ["Boxes and arrows", "Second label"]
        assert entry.plain.split("\n")[9] == "Boxes and arrows"
        assert not {"N4KAkARALgngDgUwgLgAQQQD", "EXCALIDRAW"} & words(entry)
        assert entry.end_line == text.count("\n") + 1

    def test_pictures_written_into_the_note_are_no_words(self) -> None:
        data = "iVBORw0KGgo" * 5000
        (entry,) = read(f"a ![cat](data:image/png;base64,{data}) b".encode(), "a.md").entries
        assert entry.plain == "a cat b"
        assert max(map(len, words(entry))) < 20


class TestOrgRoam:
    def test_ids_references_and_aliases_are_findable(self) -> None:
        document = note(
            ":PROPERTIES:\n:ID: a1b2\n:ROAM_REFS: https://x.org/paper @cite2020\n"
            ':ROAM_ALIASES: "Other name" short\n:END:\n#+title: Olives\n'
            "* Sub node\n:PROPERTIES:\n:ID: c3d4\n:ROAM_ALIASES: Subname\n:END:\n[[id:a1b2][up]]",
            "/roam/20240506-olives.org",
        )
        assert document.aliases == ("Other name", "short")
        top, sub = document.entries
        assert {"a1b2", "paper", "cite2020", "Other", "short"} <= words(top)
        assert {"c3d4", "Subname", "a1b2"} <= words(sub)
        assert sub.plain.split("\n")[-1] == "up"

    def test_aliases_of_its_first_version(self) -> None:
        assert note('#+title: T\n#+roam_alias: "Other name" short', "a.org").aliases == (
            "Other name",
            "short",
        )
