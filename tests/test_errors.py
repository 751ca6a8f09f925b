"""The tree of errors, as it is drawn at the top of its file."""

from __future__ import annotations

import re

import pytest

from khoj_lite import errors
from khoj_lite.errors import KhojLiteError

DRAWN = re.compile(r"^[|+\- ]*(\w+Error) +(\w+) +(\d+) +exit (\d+)", re.MULTILINE)


def tree(root: type[KhojLiteError]) -> list[type[KhojLiteError]]:
    return [root, *(leaf for child in root.__subclasses__() for leaf in tree(child))]


OURS = [each for each in tree(KhojLiteError) if each.__module__ == errors.__name__]


def test_the_drawing_names_every_error_with_its_code_status_and_exit() -> None:
    drawn = {
        (name, code, int(status), int(leaves))
        for name, code, status, leaves in DRAWN.findall(errors.__doc__ or "")
    }

    assert drawn == {(e.__name__, e.code, e.http_status, e.exit_code) for e in OURS}


def test_the_drawing_shows_who_stems_from_whom() -> None:
    depth: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        if match := re.match(r"^([|+\- ]*)(\w+Error) ", line):
            level = len(match[1]) // 4
            depth[level:] = [match[2]]
            parent = getattr(errors, match[2]).__bases__[0].__name__
            assert parent == (depth[level - 1] if level else "Exception")


def test_every_code_is_used_once() -> None:
    assert len({each.code for each in OURS}) == len(OURS)


@pytest.mark.parametrize("error", OURS, ids=lambda each: each.__name__)
def test_an_error_says_what_to_do(error: type[KhojLiteError]) -> None:
    told = error("it went wrong", "do this")

    assert told.as_dict() == {"code": error.code, "message": "it went wrong", "hint": "do this"}
    assert str(told) == "it went wrong"
    assert error("it went wrong").hint == error.default_hint
    assert error.exit_code in (1, 2, 3, 4)
    assert 400 <= error.http_status < 600
