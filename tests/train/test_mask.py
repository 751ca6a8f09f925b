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
        ("password: x", "password: <key>"),
        ('{"password": "swordfish", "user": "ada"}', '{"password": "<key>", "user": "ada"}'),
        ("DB_PASSWORD=letmein99", "DB_PASSWORD=<key>"),
        ("My password is hunter2, remember.", "My password is <key>, remember."),
        (
            "Wi-Fi password: mountain cabin seven\nThe key lies there.",
            "Wi-Fi password: <key>\nThe key lies there.",
        ),
        ("user: ada password: swordfish", "user: ada password: <key>"),
        ("密码：hunter2x", "密码：<key>"),
        ("كلمة المرور: hunter2x", "كلمة المرور: <key>"),
        ("mot de passe : soleil", "mot de passe : <key>"),
        ("My PIN is 4711.", "My PIN is <key>."),
        ("recovery code: 1234-5678-9012", "recovery code: <key>"),
        ("ada at example dot org", "<e-mail>"),
        ("bzg AT gnu DOT org", "<e-mail>"),
        ("ada [at] example [dot] org", "<e-mail>"),
        ("postgres://ada:s3cr3t@db.example.org/notes", "postgres://<key>@db.example.org/notes"),
        ("Authorization: Bearer abcDEF123456ghiJKL", "Authorization: Bearer <key>"),
        ("https://hooks.slack.com/services/T0/B0/XXXX", "<key>"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N", "<key>"),
        ("xoxb-123456789012-AbCdEfGhIjKlMnOp", "<key>"),
        ("sk-proj-abc123DEF456ghi789JKL012", "<key>"),
        (
            "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "aws_secret_access_key = <key>",
        ),
        ("a code like a8Kd93kLm2Qx77Zp here", "a code like <key> here"),
        ("Passport no. C01X00T47", "Passport no. <id>"),
    ],
)
def test_private_things_are_replaced_by_what_they_were(text: str, masked: str) -> None:
    assert mask(text).text == masked


@pytest.mark.parametrize(
    "number",
    [
        "+49 (0)30 1234567", "0049 30 1234567", "030/1234567", "0171 2345678", "01712345678",
        "+1 (555) 123-4567", "1-800-555-0199", "+44 20 7946 0958", "07700 900123",
        "+33 1 23 45 67 89", "01 23 45 67 89", "06.12.34.56.78", "612 345 678", "+39 02 1234 5678",
        "13800138000", "138-0013-8000", "090-1234-5678", "98765 43210", "(11) 91234-5678",
        "+7 (912) 345-67-89", "044 668 18 00", "٠٥٠١٢٣٤٥٦٧",
    ],
)  # fmt: skip
def test_phone_numbers_of_many_countries_are_masked(number: str) -> None:
    assert mask(f"Ring {number} at noon.").text == "Ring <phone> at noon."


@pytest.mark.parametrize("label", ["Tel. ", "Telefon: ", "phone number: ", "手机：", "هاتف: "])
def test_a_short_number_is_a_phone_number_where_it_is_called_one(label: str) -> None:
    assert mask(f"{label}123456").text == f"{label}<phone>"
    assert mask("123456 visitors").text == "123456 visitors"


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
        "created-at:: 1609230242742",
        "Serum 25-hydroxycholecalciferol rose, as did 18-hydroxy-eicosapentaenoic acid.",
        "We show that XX12 of cyclin-dependent kinase 4 is lost.",
        "org-export-skip-text-before-1st-heading is a variable.",
        "The image CleanShot_2x_16222207.50@2x_1622.png shows it.",
        "A password is what you know; a token is what you hold.",
        "Look at github.com or meet at noon dot.",
        "The key: patience. Press any key: it goes on.",
    ],
)
def test_other_numbers_and_words_stay(text: str) -> None:
    assert mask(text).text == text


@given(st.integers(2, 6), st.lists(st.integers(0, 9), min_size=11, max_size=17))
def test_a_number_with_a_right_check_digit_is_a_card_and_with_a_wrong_one_is_not(
    first: int, digits: list[int]
) -> None:
    if set(digits) == {first}:
        digits[0] = (first + 1) % 10
    body = "".join(map(str, [first, *digits]))
    right = [body + str(last) for last in range(10) if is_card(body + str(last))]

    assert len(right) == 1
    assert mask(f"pay with {right[0]} now").text == "pay with <card> now"


@given(
    st.sampled_from([("DE", 22), ("FR", 27), ("ES", 24), ("GB", 22), ("NO", 15)]), st.data()
)  # fmt: skip
def test_exactly_one_check_number_makes_an_iban(
    country: tuple[str, int], data: st.DataObject
) -> None:
    name, length = country
    account = data.draw(st.text(string.digits, min_size=length - 4, max_size=length - 4))
    right = [n for n in range(2, 99) if is_iban(f"{name}{n:02d}{account}")]

    assert len(right) == 1
    assert mask(f"to {name}{right[0]:02d}{account}.").text == "to <iban>."
    assert not is_iban(f"{name}{right[0]:02d}{account}0")


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
