"""What is read in mail."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP

import pytest

from khoj_lite.errors import FileParseError

from .reading import lines, read, under


def message(text: str = "Hello Bob,\n\nthe olives are in.\n") -> EmailMessage:
    made = EmailMessage()
    made["From"] = "Adä Lovelace <ada@x.org>"
    made["To"] = "Bob <bob@y.org>"
    made["Subject"] = "Ernte der Öliven – viel zu lange Betreffzeile, die umgebrochen wird, ja"
    made["Date"] = "Mon, 06 May 2024 10:00:00 +0200"
    made.set_content(text)
    return made


def test_the_subject_is_the_title_and_people_and_day_are_found() -> None:
    document = read(message().as_bytes(), "a.eml")
    (entry,) = document.entries
    assert document.title.startswith("Ernte der Öliven – viel")
    assert lines(document) == ["Hello Bob,", "the olives are in."]
    assert entry.properties["from"] == "Adä Lovelace <ada@x.org>"
    assert entry.properties["to"] == "Bob <bob@y.org>"
    assert [(d.kind, d.day.isoformat()) for d in entry.dates] == [("date", "2024-05-06")]


def test_of_two_ways_of_saying_the_same_one_is_read() -> None:
    made = message("Plain olives, said plainly.\n")
    made.add_alternative("<p>Plain <b>olives</b>, said plainly.</p>", subtype="html")
    assert lines(read(made.as_bytes(policy=SMTP), "a.eml")) == ["Plain olives, said plainly."]


def test_the_html_one_where_the_plain_one_says_nothing() -> None:
    made = message("Please use a reader of HTML.\n")
    made.add_alternative("<h1>Olives</h1>" + "<p>Long news of the grove.</p>" * 20, subtype="html")
    assert "Long news of the grove." in lines(read(made.as_bytes(), "a.eml"))


def test_attachments_are_listed() -> None:
    made = message()
    made.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="Öl.pdf")
    made.add_attachment("notes\n", filename="../../notes.txt")
    assert lines(read(made.as_bytes(), "a.eml"))[-1] == "Attachments: Öl.pdf, notes.txt"


def test_a_message_within_a_message() -> None:
    made = message("See below.\n")
    made.add_attachment(message("The inner words.\n"))
    said = lines(read(made.as_bytes(), "a.eml"))
    assert "The inner words." in said
    assert any(line.startswith("subject: Ernte") for line in said)


@pytest.mark.parametrize(
    ("charset", "encoding"), [("iso-8859-1", "8bit"), ("utf-8", "base64"), ("koi8-r", "8bit")]
)
def test_encodings(charset: str, encoding: str) -> None:
    made = EmailMessage()
    made["Subject"] = "x"
    text = "Сбор оливок" if charset == "koi8-r" else "Größe und Öl"
    made.set_content(text + "\n", charset=charset, cte=encoding)
    assert lines(read(made.as_bytes(), "a.eml")) == [text]


def test_a_box_has_an_entry_a_message() -> None:
    box = b"".join(
        b"From ada@x.org Mon May  6 10:00:00 2024\nFrom: ada@x.org\nSubject: Day %d\n"
        b"Date: Mon, %02d May 2024 10:00:00 +0000\n\nnews of day %d\n>From the grove\n\n"
        % (n, n, n)
        for n in range(1, 4)
    )
    document = read(box, "/mail/Inbox.mbox")
    assert document.title == "Inbox"
    assert [e.outline for e in document.entries] == [("Day 1",), ("Day 2",), ("Day 3",)]
    second = under(document, "Day 2")
    assert (second.properties["from"], second.dates[0].day.day) == ("ada@x.org", 2)
    assert second.plain.split("\n")[2:4] == ["news of day 2", "From the grove"]


def test_a_page_saved_in_one_file() -> None:
    made = EmailMessage()
    made["Subject"] = "A page"
    made.add_related("<title>Of Olives</title><p>Trees.</p>", subtype="html")
    document = read(made.as_bytes(), "a.mhtml")
    assert (document.type, document.title, lines(document)) == ("html", "Of Olives", ["Trees."])


@pytest.mark.parametrize(
    "headers",
    [
        b"Subject: =?utf-8?b?!!!?=\n",
        b"Subject: =?nope?q?x?=\n",
        b"Subject: \xff\xfe\n",
        b"Date: 99 Foo 0000\nSubject: x\n",
        b"Date: Mon, 31 Feb 2024 10:00:00 +9999\nSubject: x\n",
        b"Content-Type: text/plain; charset=nope\nSubject: x\n",
        b"Content-Type: multipart/mixed\nSubject: x\n",
        b"Content-Type: /;;=\nSubject: x\n",
        b"Content-Transfer-Encoding: base64\nSubject: x\n",
        b"Content-Disposition: attachment; filename*=utf-8''%ff%fe\nSubject: x\n",
    ],
)
def test_broken_headers_cost_only_themselves(headers: bytes) -> None:
    assert read(headers + b"From: Ada\n\nwords\n", "a.eml").entries[0].properties["from"] == "Ada"


@pytest.mark.parametrize("path", ["a.eml", "a.mbox", "a.mhtml"])
@pytest.mark.parametrize("data", [b"", b"\n\n", b"no mail at all", b"\x89PNG\r\n\x1a\n\0"])
def test_what_is_none(path: str, data: bytes) -> None:
    with pytest.raises(FileParseError):
        read(data, path)
