"""Which legacy encoding a text is in, by likelihood.

Detectors that look at bytes alone fail on short notes: `Mańana el nińo` and `Mañana el niño` are
the same bytes. Here each candidate encoding is asked what it makes of the bytes, and each of its
languages how likely such letters are; the likeliest wins (decision 010 has the measurements).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from math import log
from typing import Final

_ASCII = -3.0
"""Log-probability of an ASCII character, about that of a letter of English text. It weighs only
where a candidate takes an ASCII byte for the second half of a character."""

_FOREIGN = -11.0  # a character that the language does not have
_BROKEN = -25.0  # bytes that are no character at all
_ODD_PLACE = -4.0  # a capital after a small letter, a symbol or another script inside a word

_LATIN_NAME = -9.0  # a letter of another western language, as in a name, or a sign like °
_ALPHABET = -0.3  # each ASCII letter where another alphabet is the rule, down to `_ALPHABET_MOST`
_ALPHABET_MOST = -12.0

_NAMES: Final = "áàâãäåæçéèêëíìîïñóòôõöøœúùûüßÿ°±×÷½¼¾²³µ¿¡¹ºª"
_PUNCTUATION: Final = "’“”–—…«»„‘‹›·•°§€£©®™\xa0"
_IDEOGRAPHIC: Final = "，。、：；！？“”‘’（）《》「」『』【】…—·～　"


@dataclass(frozen=True, slots=True)
class _Language:
    """`letters` beyond ASCII in order of frequency, which `share` of a text's characters are;
    `others` are many more, rarer and equally likely among themselves."""

    letters: str
    share: float
    others: tuple[range, ...] = ()
    others_share: float = 0.0

    def likelihoods(self) -> dict[str, float]:
        """Log-probability of each listed letter: falling with its rank, as letters do."""
        weights = [1 / (rank + 2) for rank in range(len(self.letters))]
        total = sum(weights)
        table = {
            letter: log(self.share * weight / total)
            for letter, weight in zip(self.letters, weights, strict=True)
        }
        for letter in self.letters:
            table.setdefault(letter.upper(), table[letter] - 3)
        return table


_LATIN_SHARE: Final = 0.2  # no language in Latin letters has more of them beyond ASCII
_HAN: Final = (range(0x4E00, 0x9FA6),)
_HANGUL: Final = (range(0xAC00, 0xD7A4),)
_KANA: Final = (
    "のにたいをはしがてとでるかなっれすまりこらもくあきさよそうけせつおえんわみちどめだじごげや"
)
_KATAKANA: Final = (
    "ーンスルトクアラリイシドテタロレプフコマジメッカデグキサバオニチムビパナツズミセウワエュショ"
)
_CHINESE: Final = (
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过"
    "发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本"
    "前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很"
    "最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度"
)
_TRADITIONAL: Final = (
    "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過"
    "發後作裡用道行所然家種事成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心她本"
    "前開但因只從想實日軍者意無力它與長把機十民第公此已工使情明性知全三又關點正業外將兩高間由問很"
    "最重並物手應戰向頭文體政美相見被利什二等產或新己制身果加西斯月話合回特代內信表化老給世位次度"
)
_KOREAN: Final = (
    "이다에는의가고을하지한은기로사도를서리어대인자시해들라과으나일아있그스정전니수게습것보부제주상원장"
    "동조안성여만선구경와적했면우관마지유오신연공무국방위되요까개였러할문회소비학생내중위말세미때없모"
)

_LANGUAGES: Final = {
    "french": _Language("éèàêçâùîôûëïœæü", 0.05),
    "german": _Language("üäößé", 0.04),
    "spanish": _Language("óáíñéúü¿¡", 0.04),
    "portuguese": _Language("ãáéçíóêõâúàôü", 0.05),
    "italian": _Language("èàìùòé", 0.03),
    "nordic": _Language("äöåøæé", 0.06),
    "icelandic": _Language("áíðóéúöæþý", 0.1),
    "dutch": _Language("éëïóüèö", 0.01),
    "english": _Language("’“”–é—ï£…öèñçü½¼×", 0.02),
    "polish": _Language("łęążóśćńź", 0.08),
    "czech": _Language("íáéýěřžščůúťďňó", 0.14),
    "slovak": _Language("áíčéýšžúľťôňäóďĺŕ", 0.12),
    "hungarian": _Language("áéöóőíüúű", 0.13),
    "croatian": _Language("čšžćđ", 0.05),
    "romanian": _Language("ăîţâşșț", 0.07),
    "turkish": _Language("ıüşğçöâî", 0.12),
    "lithuanian": _Language("ėšųžįčūąę", 0.08),
    "latvian": _Language("āīēšņļūžģčķ", 0.1),
    "estonian": _Language("äõüöšž", 0.06),
    "russian": _Language("оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё", 0.8),
    "ukrainian": _Language("оаинвтесрілкудмпязьбгйчхцїюжєшщфґ'", 0.8),
    "bulgarian": _Language("аоиетнрсвлкдпмзъгбучяжщцхшйфью", 0.8),
    "serbian": _Language("аоиенрстјвуклдпмгзбћчцшжњљхђџф", 0.8),
    "greek": _Language("αοιετσνηυρπκμλςάγδίόέώωχθήφύβξζψϊΐϋΰ", 0.8),
    "hebrew": _Language("יהולאמתרבשנכדקעחפסגטצזםןךףץ", 0.8),
    "arabic": _Language("اليمونرتبةعدسفهكقحجأشصىخطذضغثئءزإآظؤً،ُِّ؟", 0.8),
    "thai": _Language("านรอกเงมยลวดทส่ตะปบคีัิหแจ้ขใพไ็ุำูชโถผซธศ์ึืษณญฟภฉฐฝๆฎฏฆฮ", 0.9),
    "chinese": _Language(_CHINESE + _IDEOGRAPHIC, 0.55, _HAN, 0.42),
    "traditional": _Language(_TRADITIONAL + _IDEOGRAPHIC, 0.55, _HAN, 0.42),
    "japanese": _Language(_KANA + "。、" + _KATAKANA + "「」・！？（）　", 0.68, _HAN, 0.3),
    "korean": _Language(_KOREAN + "。、", 0.6, _HANGUL, 0.35),
}
_WESTERN: Final = ("english", "french", "german", "spanish", "portuguese", "italian", "nordic",
                   "icelandic", "dutch")  # fmt: skip
_CENTRAL: Final = ("polish", "czech", "slovak", "hungarian", "croatian", "romanian", "german")
_CYRILLIC: Final = ("russian", "ukrainian", "bulgarian", "serbian")

CANDIDATES: Final[tuple[tuple[str, float, tuple[str, ...]], ...]] = (
    ("cp1252", 0, _WESTERN),
    ("gb18030", -2, ("chinese",)),
    ("big5hkscs", -2, ("traditional",)),
    ("cp932", -2, ("japanese",)),
    ("euc_jp", -3, ("japanese",)),
    ("cp949", -2, ("korean",)),
    ("cp1251", -2, _CYRILLIC),
    ("koi8_r", -3, ("russian", "bulgarian")),
    ("koi8_u", -3.5, ("ukrainian",)),
    ("cp1250", -4, _CENTRAL),
    ("iso8859_2", -5, _CENTRAL),
    ("cp1253", -2, ("greek",)),
    ("iso8859_7", -3, ("greek",)),
    ("cp1254", -4, ("turkish",)),
    ("cp1255", -2, ("hebrew",)),
    ("cp1256", -2, ("arabic",)),
    ("iso8859_6", -3, ("arabic",)),
    ("cp874", -2, ("thai",)),
    ("cp1257", -6, ("lithuanian", "latvian", "estonian")),
    ("iso8859_15", -4, _WESTERN),
    ("mac_roman", -7, _WESTERN),
    ("cp850", -7, _WESTERN),
    ("cp852", -8, _CENTRAL),
    ("cp866", -5, _CYRILLIC),
    ("iso8859_5", -5, _CYRILLIC),
    ("mac_cyrillic", -6, _CYRILLIC),
)
"""Encodings, how much likelier others are before anything is read (log), and their languages."""

_TABLES: dict[str, dict[str, float]] = {}
_ODD = re.compile(
    r"[a-z][À-ÖØ-ÞĂĄĆČĎĐĒĖĘĚŁŃŇŐŘŚŞŠŢŤŮŰŹŻŽ]"  # naÏve
    r"|[a-zß-öø-ÿ][¡-¿×÷](?=[a-zß-öø-ÿ])"  # na¿ve
    r"|[а-яё][А-ЯЁ]|[α-ω][Α-Ω]"
    r"|[A-Za-z](?=[Ͱ-ϿЀ-ӿ֐-׿؀-ۿ฀-๿])|[Ͱ-ϿЀ-ӿ֐-׿؀-ۿ฀-๿](?=[A-Za-z])"
    r"|[^\W\d_][£€](?=[^\W\d_])|\d[à-öø-ÿ]"
)


def likeliest(sample: bytes) -> tuple[str, float]:
    """The encoding that explains the sample best, and how well: the mean log-probability of its
    characters beyond ASCII (about -2 to -6 where the guess is right)."""
    best, best_score, best_mean = "", float("-inf"), float("-inf")
    for encoding, prior, languages in CANDIDATES:
        text = sample.decode(encoding, "replace")
        counts = Counter(text)
        ascii_count = sum(count for letter, count in counts.items() if letter < "\x80")
        letters = sum(
            count for letter, count in counts.items() if letter < "\x80" and letter.isalpha()
        )
        mixed = max(_ALPHABET * letters, _ALPHABET_MOST)
        beyond = {letter: count for letter, count in counts.items() if letter >= "\x80"}
        odd = sum(1 for _ in _ODD.finditer(text)) * _ODD_PLACE
        for language in languages:
            own = sum(count * _log(language, letter) for letter, count in beyond.items()) + odd
            score = own + ascii_count * _ASCII + prior
            if _LANGUAGES[language].share > _LATIN_SHARE:
                score += mixed
            if score > best_score:
                number = len(text) - ascii_count
                best, best_score, best_mean = encoding, score, own / max(number, 1)
    return best, best_mean


def _log(language: str, letter: str) -> float:
    table = _TABLES.setdefault(language, {})
    if letter not in table:
        if len(table) < len(_LANGUAGES[language].letters):
            table.update(_LANGUAGES[language].likelihoods())
            table.update({mark: -8.0 for mark in _PUNCTUATION if mark not in table})
        table.setdefault(letter, _other(_LANGUAGES[language], letter))
    return table[letter]


def _other(language: _Language, letter: str) -> float:
    if letter == "\ufffd" or "\x80" <= letter <= "\x9f" or "\ue000" <= letter <= "\uf8ff":
        return _BROKEN
    for block in language.others:
        if ord(letter) in block:
            common = is_common_ideograph(letter)
            return log(language.others_share / 3000) if common else log(0.02 / len(block)) - 1
    if letter == "¤":
        return _BROKEN / 2  # nobody writes it: it is where later encodings have the euro
    if language.share < _LATIN_SHARE and letter.lower() in _NAMES:
        return _LATIN_NAME
    if "\uff61" <= letter <= "\uff9f":
        return _BROKEN / 2  # half-width katakana: what KOI8 looks like to a Japanese eye
    return _FOREIGN


def is_common_ideograph(letter: str) -> bool:
    """Whether a character stands in the first level of one of the national standards."""
    for encoding, first, last in (("gb2312", 0xB0, 0xD7), ("big5", 0xA4, 0xC6),
                                  ("euc_jp", 0xB0, 0xCF), ("euc_kr", 0xB0, 0xC8)):  # fmt: skip
        try:
            lead = letter.encode(encoding)[0]
        except UnicodeEncodeError:
            continue
        if first <= lead <= last:
            return True
    return False
