"""What a clip is called and what stands in it, without a daemon."""

from __future__ import annotations

from datetime import datetime

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from khoj_lite.server.clip import address_of, clip_text

NOW = datetime(2026, 5, 2, 9, 30)


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://a.example/b?c#d", "https://a.example/b?c#d"),
        ("https://me:pw@a.example:8443/", "https://a.example:8443/"),
        ("http://[::1]:80/x", "http://[::1]:80/x"),
        ("file:///home/me/x.html", ""),
        ("javascript:alert(1)", ""),
        ("https://a.example:port/", ""),
        ("https://a.example/\nurl: evil", "https://a.example/url: evil"),
        ("", ""),
    ],
)
def test_an_address_is_kept_without_a_password(url: str, kept: str) -> None:
    assert address_of(url) == kept


@settings(deadline=None)
@given(st.text(max_size=80), st.lists(st.text(max_size=20), max_size=4))
def test_no_title_or_tag_breaks_out_of_the_frontmatter(title: str, tags: list[str]) -> None:
    text = clip_text(title, "https://a.example/", "body", tags, NOW)
    about = yaml.safe_load(text.split("---\n")[1])
    assert set(about) == {"title", "url", "clipped", "tags"}
    assert about["title"] == (" ".join(title.split()) or "https://a.example/")
    assert about["tags"][0] == "clip"
