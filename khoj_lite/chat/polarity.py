"""Whether two sentences point the same way: said or denied, more or less. Pure.

A sentence that denies another shares nearly all of its words, and lies near it in meaning; what
tells them apart is a handful of small words, of which these are the commonest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_DENIES = re.compile(
    r"""\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|hardly|barely|fail(?:s|ed)?|failing
    |failure|unable|incapable|lack(?:s|ed|ing)?|absence|absent|unrelated|independent(?:ly)?\ of
    |inaccurate(?:ly)?|ineffective(?:ly)?|unlikely|insufficient|unaffected|unchanged|unnecessary
    |dispensable|immune\ to|refused?|denie[sd]|rejected|no\ longer|rather\ than|instead\ of
    |nicht|kein(?:e[mnrs]?)?|nie|niemals|nichts|niemand|ohne|weder|kaum|keinesfalls|unfähig
    |jamais|aucune?|sans|rien|ni|nunca|jamás|ningun[oa]?|ningún|sin|nada|нет|не|никогда|без)\b
    | \w+n['’]t\b | \b(?:ne|n['’])\ ?\w+\ pas\b | (?<!\w)no(?=\ \w+[aeo]\b)
    | 不(?!仅|但|断|同|过|久|少) | 没有? | 沒有? | 未(?!来) | 无(?!论) | 無(?!論) | 从未 | 并非
    | ない | ません | なかった | 않 | 없
    | (?<!\w)(?:لا|ليس|ليست|لم|لن|غير|دون|بدون|عدم|ما\ زال(?!ت)|بلا)(?!\w)""",
    re.IGNORECASE | re.VERBOSE,
)
_UP = re.compile(
    r"""\b(?:increas\w*|rais(?:e[sd]?|ing)|ris(?:e|es|en|ing)|rose|higher|elevat\w*|promot\w*
    |enhanc\w*|activat\w*|upregulat\w*|up-regulat\w*|stimulat\w*|positively|exacerbat\w*
    |accelerat\w*|worsen\w*|grew|grow(?:s|n|ing|th)?|gain(?:s|ed)?|encourag\w*|induc\w*|facilitat\w*
    |hypersensitiv\w*|more(?!\ than\ (?:\d|one|two|three|once|half))|faster|exceed\w*
    |above(?=\ (?:a|one|two|\d))
    |mehr|höher\w*|steig\w*|gestiegen\w*|stieg\w*|erhöh\w*|wuchs\w*|gewachsen\w*|zunahme\w*
    |schneller)\b | 增加 | 上升 | 提高 | 增长 | 更多 | 更高
    | ارتفع | زاد | زيادة | أكثر | أعلى""",
    re.IGNORECASE | re.VERBOSE,
)
_DOWN = re.compile(
    r"""\b(?:decreas\w*|reduc\w*|lower\w*|less|fewer|inhibit\w*|suppress\w*|downregulat\w*
    |down-regulat\w*|attenuat\w*|dampen\w*|diminish\w*|block\w*|halt\w*|imped\w*|prevent\w*
    |declin\w*|fell|fall(?:s|en|ing)?|drop(?:s|ped)?|deplet\w*|negatively|protect\w*|impair\w*
    |deactivat\w*|inactivat\w*|weaken\w*|discourag\w*|deficien\w*|disrupt\w*|abolish\w*
    |slower|restrict\w*|below(?=\ (?:a|one|two|zero|\d))
    |weniger|niedriger\w*|sink\w*|sank\w*|gesunken\w*|fiel\w*|gefallen\w*|verringer\w*|abnahme\w*
    |langsamer|reduzier\w*)\b
    | 减少 | 下降 | 降低 | 更少 | 更低 | انخفض | انخفاض | أقل | أدنى""",
    re.IGNORECASE | re.VERBOSE,
)
_ASKS = re.compile(
    r"""\b(?:whether|unknown|unclear|not\ known|we\ (?:aimed|sought|asked|hypothesi[sz]ed)
    |to\ (?:assess|evaluate|determine|investigate|test|examine|study|explore)|objectives?|the\ aim
    |may\ or\ may\ not|perhaps|ob\ (?!en)|vielleicht|unklar)\b | [?？؟]\s*$ | 是否 | هل""",
    re.IGNORECASE | re.VERBOSE,
)
_CLAUSE = re.compile(
    r"(?:[,;:，；：、]|\bbut\b|\balthough\b|\bwhereas\b|\bwhile\b|\bthough\b|\baber\b|\bsondern\b"
    r"|\bobwohl\b|\bwährend\b|但|而)\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Polarity:
    """`denied`: an odd number of denials. `way`: 1 more, -1 less, 0 neither or both. `asks`: it is
    a question, or says what is to be found out."""

    denied: bool
    way: int
    asks: bool


@lru_cache(maxsize=4096)
def polarity(text: str) -> Polarity:
    """Which way a sentence points."""
    up, down = len(_UP.findall(text)), len(_DOWN.findall(text))
    way = (up > 0) - (down > 0) if not (up and down) else 0
    return Polarity(len(_DENIES.findall(text)) % 2 == 1, way, bool(_ASKS.search(text)))


def clauses(text: str) -> list[str]:
    """The clauses of a sentence, when it has several: a denial holds for its own."""
    parts = [part.strip() for part in _CLAUSE.split(text) if part.strip()]
    return parts if len(parts) > 1 else []


def bears(said: Polarity, by: Polarity) -> bool:
    """Whether a sentence that points as `by` can bear out what points as `said`."""
    if by.asks and not said.asks:
        return False
    return said.denied == by.denied and (said.way == 0 or said.way == by.way)
