"""What has to be done: properties of the plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from khoj_lite.index.plan import Plan, plan, suspects
from khoj_lite.types import FileRecord, FileRef

PATHS = st.sampled_from(["/v/a.md", "/v/b.md", "/v/x/a.md", "/v/x/b.md", "/v/x/y/c.md", "/v/z.md"])
DIGESTS = st.sampled_from(["one", "two", "three", "four"])


@st.composite
def refs(draw: st.DrawFn) -> FileRef:
    digest = draw(DIGESTS)
    return FileRef("v", draw(PATHS), draw(st.integers(1, 3)), len(digest), digest)


LISTINGS = st.lists(refs(), unique_by=lambda ref: ref.path)


@st.composite
def stores(draw: st.DrawFn) -> dict[str, FileRecord]:
    return {
        ref.path: FileRecord(ref, *state, settled=draw(st.booleans()))
        for ref in draw(LISTINGS)
        for state in [draw(st.sampled_from([("ok", ""), ("failed", "binary")]))]
    }


UNREADABLE = st.lists(st.sampled_from(["/v/x", "/v/x/y", "/v/z.md", "/v/a.md"]), max_size=2)


def applied(todo: Plan, known: Mapping[str, FileRecord]) -> dict[str, str]:
    """Path -> digest in the store, once the plan is carried out."""
    held = {path: record.ref.digest for path, record in known.items()}
    for old, _ in todo.renamed:
        del held[old]
    for path in todo.removed:
        del held[path]
    for ref in (*todo.added, *todo.changed, *(new for _, new in todo.renamed), *todo.touched):
        held[ref.path] = ref.digest
    return held


@given(LISTINGS, stores(), UNREADABLE, st.booleans())
def test_every_file_stands_in_exactly_one_place(
    listing: list[FileRef], known: dict[str, FileRecord], unreadable: list[str], full: bool
) -> None:
    todo = plan(listing, known, unreadable, full)
    places = [
        *(ref.path for ref in (*todo.added, *todo.changed, *todo.touched)),
        *(new.path for _, new in todo.renamed),
        *(old for old, _ in todo.renamed),
        *todo.removed,
    ]

    assert len(places) == len(set(places))
    assert len(places) + todo.unchanged == len({ref.path for ref in listing} | known.keys())


@given(LISTINGS, stores())
def test_carried_out_it_gives_the_listing(
    listing: list[FileRef], known: dict[str, FileRecord]
) -> None:
    held = applied(plan(listing, known), known)
    same_stamp = {
        ref.path
        for ref in listing
        if ref.path in known and known[ref.path].settled
        and (known[ref.path].ref.mtime_ns, known[ref.path].ref.size) == (ref.mtime_ns, ref.size)
    }  # fmt: skip

    assert held.keys() == {ref.path for ref in listing}
    assert all(held[ref.path] == ref.digest for ref in listing if ref.path not in same_stamp)


@given(LISTINGS, stores())
def test_done_once_there_is_nothing_left_to_do(
    listing: list[FileRef], known: dict[str, FileRecord]
) -> None:
    after = {ref.path: FileRecord(ref, "ok") for ref in listing}

    again = plan(listing, after)

    assert again == Plan((), (), (), (), (), unchanged=len(listing))
    assert suspects(listing, after) == []


@given(LISTINGS, stores())
def test_a_rename_pairs_a_file_that_went_with_one_that_came_of_the_same_content(
    listing: list[FileRef], known: dict[str, FileRecord]
) -> None:
    todo = plan(listing, known)
    listed = {ref.path for ref in listing}

    for old, ref in todo.renamed:
        assert old in known
        assert old not in listed
        assert ref.path not in known
        assert known[old].ref.digest == ref.digest
        assert known[old].state == "ok"
    left = {known[path].ref.digest for path in todo.removed if known[path].state == "ok"}
    assert left.isdisjoint(ref.digest for ref in todo.added), "a pair was missed"


@given(LISTINGS, stores(), UNREADABLE)
def test_what_cannot_be_looked_at_stays(
    listing: list[FileRef], known: dict[str, FileRecord], unreadable: list[str]
) -> None:
    todo = plan(listing, known, unreadable)

    for path in (*todo.removed, *(old for old, _ in todo.renamed)):
        assert not any(path == place or path.startswith(f"{place}/") for place in unreadable)


@given(LISTINGS, stores(), st.booleans())
def test_files_that_are_not_suspects_are_never_touched(
    listing: list[FileRef], known: dict[str, FileRecord], full: bool
) -> None:
    """So that a plan made with the digests of the suspects alone is right."""
    suspected = {ref.path for ref in suspects(listing, known, full)}
    todo = plan(listing, known, (), full)

    for ref in (*todo.added, *todo.changed, *todo.touched, *(new for _, new in todo.renamed)):
        assert ref.path in suspected


def _ref(path: str, digest: str, mtime: int = 1) -> FileRef:
    return FileRef("v", path, mtime, 10, digest)


def _known(*held: FileRef) -> dict[str, FileRecord]:
    return {ref.path: FileRecord(ref, "ok") for ref in held}


def _renames(listing: Sequence[FileRef], known: dict[str, FileRecord]) -> list[tuple[str, str]]:
    return [(old, ref.path) for old, ref in plan(listing, known).renamed]


def test_a_file_of_unknown_content_is_no_rename() -> None:
    known = _known(_ref("/v/a.md", ""))

    todo = plan([_ref("/v/b.md", "")], known)

    assert (todo.renamed, todo.removed, len(todo.added)) == ((), ("/v/a.md",), 1)


def test_one_file_that_went_is_renamed_once_and_copied_for_the_rest() -> None:
    listing = [_ref("/v/b.md", "one"), _ref("/v/c.md", "one")]

    todo = plan(listing, _known(_ref("/v/a.md", "one")))

    assert todo.renamed == (("/v/a.md", listing[0]),)
    assert todo.added == (listing[1],)


def test_alike_files_of_a_folder_keep_their_order_when_it_is_renamed() -> None:
    known = _known(*(_ref(f"/v/old/{i}.md", "same") for i in range(3)))
    listing = [_ref(f"/v/new/{i}.md", "same") for i in range(3)]

    assert _renames(listing, known) == [(f"/v/old/{i}.md", f"/v/new/{i}.md") for i in range(3)]


def test_two_files_that_change_places_are_changed_not_renamed() -> None:
    known = _known(_ref("/v/a.md", "one"), _ref("/v/b.md", "two"))

    todo = plan([_ref("/v/a.md", "two", 2), _ref("/v/b.md", "one", 2)], known)

    assert (len(todo.changed), todo.renamed, todo.removed) == (2, (), ())


def test_a_young_time_stamp_is_not_trusted() -> None:
    ref = _ref("/v/a.md", "one")
    known = {ref.path: FileRecord(ref, "ok", settled=False)}

    assert suspects([ref], known) == [ref]
    assert plan([ref], known).touched == (ref,)
    changed = replace(ref, digest="two")
    assert plan([changed], known).changed == (changed,)
