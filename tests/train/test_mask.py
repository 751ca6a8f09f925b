"""What is masked, and what is left alone."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khoj_lite.train.mask import is_card, is_iban, mask


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Write to ada.lovelace+notes@mail.example.org today.", "Write to <e-mail> today."),
        ("Call +49 30 1234567 or (030) 7654321.", "Call <phone> or <phone>."),
        ("Phone 555-123-4567, ask for Ben.", "Phone <phone>, ask for Ben."),
        ("Pay to DE89 3704 0044 0532 0130 00 please", "Pay to <iban> please"),
        ("Card 4111 1111 1111 1111 ends soon", "Card <card> ends soon"),
        ("key AKIAIOSFODNN7EXAMPLE here", "key <key> here"),
        ("token: ghp_16C7e42F292c6912E7710c838347Ae178B4a", "token: <key>"),
        ("password: hunter2!", "password: <key>"),
        ("Passwort = geheim123", "Passwort = <key>"),
    ],
)
def test_private_things_are_replaced_by_what_they_were(text: str, masked: str) -> None:
    assert mask(text).text == masked


def test_a_private_key_is_masked_as_a_whole() -> None:
    block = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nAb12\n-----END RSA PRIVATE KEY-----"

    assert mask(f"before\n{block}\nafter").text == "before\n<key>\nafter"


@pytest.mark.parametrize(
    "text",
    [
        "On 2026-11-20 we met at 10:30.",
        "Version 2.13.0 has 1,234,567 downloads.",
        "Use C-c C-x C-f in org-fast-tag-selection-single-key.",
        "The password: it was lost.",
        "See https://orgmode.org/worg/org-tutorials/org-latex-export.html for more.",
        "/home/ada/notes/2026/11/20-meeting-with-the-board.md",
        "Card number 4111 1111 1111 1112 fails its own check.",
        "In 1984 and 2001, 1000 people each.",
    ],
)
def test_other_numbers_and_words_stay(text: str) -> None:
    assert mask(text).text == text


@given(st.lists(st.integers(0, 9), min_size=12, max_size=18))
def test_a_number_with_a_right_check_digit_is_a_card_and_with_a_wrong_one_is_not(
    digits: list[int],
) -> None:
    if len(set(digits)) == 1:
        digits[0] = (digits[0] + 1) % 10
    body = "".join(map(str, digits))
    right = [body + str(last) for last in range(10) if is_card(body + str(last))]

    assert len(right) == 1
    assert mask(f"pay with {right[0]} now").text == "pay with <card> now"


@given(st.sampled_from(["DE", "FR", "ES", "GB"]), st.text(string.digits, min_size=14, max_size=18))
def test_exactly_one_check_number_makes_an_iban(country: str, account: str) -> None:
    right = [n for n in range(2, 99) if is_iban(f"{country}{n:02d}{account}")]

    assert len(right) == 1
    assert mask(f"to {country}{right[0]:02d}{account}.").text == "to <iban>."


@given(
    st.from_regex(r"[a-z][a-z0-9.]{0,20}[a-z0-9]@[a-z]{2,12}\.(?:org|de|example)", fullmatch=True)
)
def test_no_address_survives(address: str) -> None:
    assert "@" not in mask(f"mail {address}, thanks").text


@given(st.text())
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once = mask(text).text

    assert mask(once).text == once


def test_what_was_masked_is_counted() -> None:
    assert mask("a@b.org and c@d.org and +49 30 1234567").counts == {"e-mail": 2, "phone": 1}
