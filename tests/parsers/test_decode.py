"""Whatever encoding a note was saved in, its text comes out, with LF line ends."""

from __future__ import annotations

import codecs
import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khoj_lite.errors import FileBinaryError
from khoj_lite.parsers.decode import decode

from .invariants import DATA

_NOTES = {
    "cp1252 latin-1 iso8859-15 mac_roman cp850": (
        "Réunion de l'équipe à l'école: où est passé le café? Nous avons décidé d'acheter des "
        "fenêtres neuves. La façade sera prête pour la fête, même si ça coûte très cher."
    ),
    "cp1252 latin-1": (
        "Der Bär läuft über die Straße und frißt süße Äpfel. Größere Übungen müssen später "
        "geprüft werden, weil die Gäste schon früh ankommen."
    ),
    "cp1252": "Don’t forget the “quarterly” report – it’s due on Friday. The café costs €25.",
    "cp1252 latin_1": (
        "Mañana el niño comerá una piña en el jardín de la señora Muñoz. ¿Qué pasó con la "
        "canción? ¡Está aquí! Acción, reunión y opinión."
    ),
    "cp1250 iso8859-2": (
        "Zażółć gęślą jaźń. Książka leży na półce, a źródło światła jest słabe. Proszę "
        "przynieść świeże pączki."
    ),
    "cp1250 iso8859_2": (
        "Příliš žluťoučký kůň úpěl ďábelské ódy. Schůzka je v úterý večer, přijďte včas."
    ),
    "cp1251 koi8-r cp866 iso8859-5": (
        "Завтра встреча с командой в десять часов. Нужно купить молоко, хлеб и сыр, а потом "
        "позвонить маме. Отчёт готов."
    ),
    "cp1251 koi8-u": (
        "Завтра зустріч із командою о десятій годині. Треба купити молоко, хліб і сир, а потім "
        "зателефонувати мамі її."
    ),
    "cp1253 iso8859-7": (
        "Αύριο έχουμε συνάντηση στις δέκα. Πρέπει να αγοράσω γάλα και ψωμί, και μετά να "
        "τηλεφωνήσω στη μητέρα μου."
    ),
    "cp1254": (
        "Yarın saat onda toplantı var. Süt, ekmek ve peynir almalıyım; sonra anneme telefon "
        "edeceğim. Şimdi çok yağmur yağıyor."
    ),
    "cp1255": "מחר יש פגישה עם הצוות בשעה עשר. צריך לקנות חלב ולחם ואחר כך להתקשר לאמא.",
    "cp1256": "غدا لدينا اجتماع مع الفريق في الساعة العاشرة. يجب أن أشتري الحليب والخبز.",
    "cp874": "พรุ่งนี้มีประชุมกับทีมตอนสิบโมง ต้องซื้อนมและขนมปัง แล้วโทรหาแม่",
    "gb18030 gbk gb2312": (
        "明天上午十点和团队开会。我需要买牛奶、面包和奶酪，然后给妈妈打电话。报告已经写好了。"
    ),
    "big5": "明天上午十點和團隊開會。我需要買牛奶、麵包和起司，然後打電話給媽媽。報告已經寫好了。",
    "shift_jis euc-jp iso2022_jp": (
        "明日の十時からチームの会議があります。牛乳とパンとチーズを買って、母に電話をします。"
    ),
    "euc-kr cp949": (
        "내일 열 시에 팀 회의가 있습니다. 우유와 빵과 치즈를 사고 나서 어머니께 전화해야 합니다."
    ),
}
_SAVED = [(text, encoding) for codecs, text in _NOTES.items() for encoding in codecs.split()]
_AS_NOTE = "# Title\n\n- [ ] item one\n- http://example.com/page\n\n{}\n\n`x = 1`\n"


@pytest.mark.parametrize(("text", "encoding"), _SAVED, ids=[name for _, name in _SAVED])
class TestLegacyEncodings:
    def test_in_a_note(self, text: str, encoding: str) -> None:
        note = _AS_NOTE.format(text)
        assert decode(note.encode(encoding)) == note

    def test_as_one_short_line(self, text: str, encoding: str) -> None:
        assert decode(text[:60].encode(encoding)) == text[:60]

    def test_far_down_in_a_long_note(self, text: str, encoding: str) -> None:
        note = "Nothing special on this line.\n" * 10_000 + text * 100
        assert decode(note.encode(encoding)) == note


@pytest.mark.parametrize(
    ("language", "encoding", "right"),
    [("de", "cp1252", 1.0), ("en", "cp1252", 0.98), ("zh", "gbk", 1.0), ("ar", "cp1256", 1.0)],
)
def test_real_paragraphs(language: str, encoding: str, right: float) -> None:
    corpus = (DATA / f"retrieval/xquad/{language}/corpus.jsonl").read_text("utf-8").splitlines()
    saved = [json.loads(line)["text"].encode(encoding, "ignore") for line in corpus]
    beyond_ascii = [data for data in saved if not data.isascii()]
    hits = [decode(data) == data.decode(encoding) for data in beyond_ascii]
    assert len(hits) > 70
    assert sum(hits) / len(hits) >= right


_ALL = "Zoë said: 你好, мир! 💥 é\nsecond line"


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
        (b"", "utf-8"),
        (b"", "utf-32-le"),
        (b"", "utf-32-be"),
    ],
)
def test_unicode_with_and_without_a_mark(mark: bytes, encoding: str) -> None:
    assert decode(mark + _ALL.encode(encoding)) == _ALL


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "text", ["plain words\nin two lines", "Завтра встреча\nв десять", "明天上午\n开会"]
)
def test_utf16_without_a_mark(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_a_few_broken_bytes_leave_the_rest_as_utf8() -> None:
    data = "Größe, naïve, œuvre, żółć".encode() + b" bro\xffken \xc3 end"
    assert decode(data) == "Größe, naïve, œuvre, żółć bro\ufffdken \ufffd end"


def test_a_cut_off_character_at_the_end_is_replaced() -> None:
    assert decode("wörter für später".encode()[:-1] + "ö".encode()[:1]).startswith("wörter für")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"a\r\nb\rc\nd", "a\nb\nc\nd"),
        (b"", ""),
        ("\ufeffa".encode("utf-8-sig"), "a"),
        (b"\xff\xfe", ""),
        ("a\u2028b\x0bc\x0c".encode(), "a\u2028b\x0bc\x0c"),
    ],
)
def test_line_ends_and_edges(data: bytes, text: str) -> None:
    assert decode(data) == text


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0",
        bytes(range(256)) * 4,
        b"\0",
        b"\0\0\0\0",
        random.Random(1).randbytes(5000),
        bytes(b or 1 for b in random.Random(2).randbytes(5000)),
    ],
    ids=["png", "all bytes", "one null", "nulls", "noise", "noise without null"],
)
def test_binary_data_is_refused(data: bytes) -> None:
    with pytest.raises(FileBinaryError, match="no text"):
        decode(data)


def test_every_binary_file_of_a_vault_is_refused() -> None:
    images = [p for p in (DATA / "vault-logseq-docs/assets").iterdir() if p.suffix == ".png"]
    assert images
    for image in images:
        with pytest.raises(FileBinaryError):
            decode(image.read_bytes())


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    try:
        text = decode(data)
    except FileBinaryError:
        return
    assert "\0" not in text
    assert "\r" not in text


@given(st.text(st.characters(exclude_characters="\0\r", exclude_categories=["Cs"])))
def test_utf8_is_always_read_as_utf8(text: str) -> None:
    assert decode(b"\xef\xbb\xbf" + text.encode()) == text.removeprefix("\ufeff")


def test_the_euro_tells_the_later_encoding_from_the_earlier() -> None:
    text = "Der Preis beträgt 20 €, sagte Müller. Größe und Übergewicht sind wichtig."
    assert decode(text.encode("iso8859-15")) == text


def test_lines_of_another_encoding_in_a_file_of_utf8_are_read_as_they_were_written() -> None:
    utf8, older = "# Größe\n\nDies ist UTF-8: Äpfel.\n", "Dies ist es nicht: Äpfel, Öl, süß.\n"
    assert decode(utf8.encode() + older.encode("cp1252") + "Zuletzt: ü".encode()) == (
        utf8 + older + "Zuletzt: ü"
    )


def test_a_character_cut_off_at_the_end_costs_only_itself() -> None:
    assert decode("日本語のメモです。終わり".encode()[:-1]) == "日本語のメモです。終わ\ufffd"


@pytest.mark.parametrize(
    "data",
    [
        b"# Title\n\nWords that a crash\0 left.\n",
        b"# Title\n\nWords that a crash left.\n" + bytes(4096),
        bytes(512) + b"# Title\n\nWords that a crash left.\n",
    ],
    ids=["within", "behind", "before"],
)
def test_zero_bytes_do_not_cost_a_note_its_words(data: bytes) -> None:
    assert decode(data) == "# Title\n\nWords that a crash left.\n"


@pytest.mark.parametrize(
    "data",
    [bytes(5000), b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 20, b"word\0\0\0" * 500],
    ids=["zeros", "picture", "records"],
)
def test_what_is_mostly_zeros_or_signs_of_machines_is_no_text(data: bytes) -> None:
    with pytest.raises(FileBinaryError):
        decode(data)
