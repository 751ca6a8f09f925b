"""What kind of thing a question asks for, and whether a sentence holds such a thing."""

from __future__ import annotations

import re
from typing import Literal

from khoj_lite.models.extractive_sentences import split

Shape = Literal["number", "date", "name", "reason", "steps", "any"]
"""number: how many, how much; date: when, which year; name: who, where, which person or place;
reason: why; steps: how to; any: everything else, about which a sentence's look says nothing."""

_NUMBER = re.compile(
    r"""\bhow\ (?:many|much|long|far|old|tall|big|large|often|fast|high|deep|wide|heavy)\b
    | \b(?:percent(?:age)?|number|amount|population|price|cost|size|score|temperature)\b.{0,30}\?
    | \bwhat\ (?:is|was|were|are)\b.{0,80}\b(?:revenues?|sales|income|profits?|earnings|margin|debt
      |expenses?|expenditures?|dividends?|liabilities|assets|inventor(?:y|ies)|value|rate|ratio|rent
      |salary|weight|height|length|distance|speed|balance|amortization|goodwill|equity|budget)\b
    | \bwie\ ?(?:viele?[nrs]?|lange?|oft|hoch|groß|weit|alt|schwer|teuer)\b | \bprozent\b
    | \bcombien\b | \bcuánt[oa]s?\b | \bquant[oiae]s?\b | \bhoeveel\b | \bсколько\b
    | 多少 | 几[个次人种名位年] | 多[长大高远久] | いくつ | 何[人個回年]間? | どのくらい | 몇
    | كم\b | कितन | กี่ | เท่าไ""",
    re.IGNORECASE | re.VERBOSE,
)
_DATE = re.compile(
    r"""\bwhen\b(?!\s+(?:i|you|we|using|doing)\b)
    | \b(?:what|which|in\ what|in\ which)\ (?:year|date|day|month|century|decade)s?\b
    | \bwann\b | \b(?:welche[mnrs]?|in\ welche[mnrs]?)\ (?:jahr|tag|monat|jahrhundert|jahrzehnt)
    | \bquand\b | \bcuándo\b | \bquando\b | \bwanneer\b | \bкогда\b | \bв\ каком\ году\b
    | 什么时候 | 何时 | 哪[一]?[年天月] | 哪个世纪 | いつ | 何年
    | 언제 | متى | कब\b | เมื่อไ""",
    re.IGNORECASE | re.VERBOSE,
)
_NAME = re.compile(
    r"""\b(?:who|whom|whose|where)\b
    | \b(?:what|which)\ (?:city|country|state|person|company|team|river|town|university|school
      |island|artist|author|king|queen|president|player|band|church|language|book|place|region
      |organization)
    | \bname\ of\b
    | \bwe[rnm]\b | \bwessen\b | \bwo(?:hin|her)?\b | \bqui\b | \boù\b | \bquién(?:es)?\b
    | \bdónde\b | \bchi\b | \bdove\b | \bquem\b | \bonde\b | \bwie\ is\b | \bwaar\b
    | \bкто\b | \bгде\b
    | 谁 | 哪里 | 何处 | 誰 | どこ | 누구 | 어디 | من\ هو | أين | कौन | कहाँ | ใคร | ที่ไหน""",
    re.IGNORECASE | re.VERBOSE,
)
_REASON = re.compile(
    r"""\bwhy\b | \b(?:reason|cause)\b | \bwarum\b | \bwieso\b | \bweshalb\b | \bpourquoi\b
    | \bpor\ qué\b | \bperché\b | \bpor\ que\b | \bwaarom\b | \bпочему\b | \bзачем\b
    | 为什么 | 为何 | なぜ | 왜 | لماذا | क्यों | ทำไม""",
    re.IGNORECASE | re.VERBOSE,
)
_STEPS = re.compile(
    r"""\bhow\ (?:do|does|can|could|should|would|to)\b | \bwie\ (?:kann|macht|mache|geht|lässt)\b
    | \bcomment\b | \bcómo\b | \bcome\ (?:si|posso)\b | \bcomo\b | \bhoe\ kan\b | \bкак\b
    | 怎么 | 如何 | どうやって | 어떻게 | كيف | कैसे | อย่างไร""",
    re.IGNORECASE | re.VERBOSE,
)
_HAS_NUMBER_WORD = re.compile(
    r"""\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?
    |thousands?|millions?|billions?|half|quarter|third|thirds|twice|once|several|both|no|none|zero
    |ein(?:e[mnrs]?)?|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|hundert|tausend
    |deux|trois|quatre|cinq|dos|tres|cuatro|cinco|due|tre|два|три|четыре|пять)\b
    | [一二三四五六七八九十百千万亿两] | [٠-٩०-९๐-๙]
    | واحد|ثلاث|أربع|خمس|ست[ةه]|سبع|ثمان|تسع|عشر""",
    re.IGNORECASE | re.VERBOSE,
)
_HAS_DATE = re.compile(
    r"""\b1\d{3}s?\b | \b20\d\d\b | \d{1,2}[./]\d{1,2}[./]\d{2,4}
    | \d\d?\ ?(?:bc|ad|bce|v\.\ ?chr)\b
    | \b(?:january|february|march|april|may|june|july|august|september|october|november|december
    |monday|tuesday|wednesday|thursday|friday|saturday|sunday|today|yesterday|tomorrow
    |centur(?:y|ies)|decades?|years?\ ago|januar|februar|märz|mai|juni|juli|oktober|dezember
    |jahrhundert\w*|janvier|février|mars|avril|juin|juillet|août|enero|febrero|marzo|abril|mayo
    |junio|julio|agosto|septiembre|octubre|noviembre|diciembre|siglo|siècle)\b
    | \b(?:yesterday|tonight|noon|midnight|gestern|vorgestern|heute|morgen|hier|ayer|mañana)\b
    | \b(?:last|next|this|past)\ (?:week|weekend|month|year|night|spring|summer|autumn|fall|winter)
    | \b(?:days?|weeks?|months?)\ (?:ago|before|later)\b
    | \b(?:letzte|nächste|vorige|kommende)[nmrs]?\ (?:woche|monat|jahr|nacht|mal|sommer|winter)
    | \bvor\ \w+\ (?:tagen|wochen|monaten|jahren)\b
    | \b(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)s?\b
    | \b(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?\ \d
    | \b\d{1,2}(?::\d\d)?\ ?(?:[ap]\.?m\b|uhr\b)
    | [年月日] | 世纪 | 世紀 | \d\s*(?:г|год|век) | عام\ ?\d | سنة | القرن | [٠-٩]{4}""",
    re.IGNORECASE | re.VERBOSE,
)
_HAS_REASON = re.compile(
    r"""\b(?:because|due\ to|since|so\ that|in\ order\ to|therefore|thus|as\ a\ result|reasons?
    |caused?|owing\ to|thanks\ to|to\ (?:avoid|prevent|protect|ensure|make|keep|reduce)
    |weil|denn|daher|deshalb|aufgrund|wegen|damit|um|parce\ que|car|afin|porque|debido|para
    |perché|omdat|потому|поэтому|чтобы)\b
    | 因为 | 由于 | 所以 | 为了 | ため | から | لأن | بسبب | क्योंकि | เพราะ""",
    re.IGNORECASE | re.VERBOSE,
)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_NO_NAME = re.compile(r"I['’]\w+|USD|EUR|GBP|[A-Z]?FY\d*")
_GERMAN = frozenset(
    """der die das den dem des ein eine einer eines einem einen wer wen wem was welche welcher
    welches welchen welchem wann wo wohin woher warum wieso wie ist sind wurde wurden wird werden
    hat haben von zu zum zur im am auf aus bei mit nach für über und oder nicht mein meine ich wir
    sie es er viel viele""".split()  # noqa: SIM905
)
_NOT_GERMAN = frozenset("the of is are was were in what who when where how did does do".split())  # noqa: SIM905


_FISCAL = re.compile(r"\bFY\s?'?(?=\d{2}(?:\d{2})?\b)(\d{2})?(\d{2})\b", re.IGNORECASE)


def core(question: str) -> str:
    """What is asked, without what is said around it ("Give a response by relying on ..."), and
    fiscal years as years. What follows in brackets is the topic of a conversation, and stays."""
    asked = _FISCAL.sub(lambda m: f"{m[1] or '20'}{m[2]}", question)
    parts = [asked[start:end] for start, end in split(asked)]
    asking = [part for part in parts if part.endswith(("?", "？", "؟")) or part[0] in "(（"]
    return " ".join(asking) if asking and len(asking) < len(parts) else asked


def shape(question: str) -> Shape:
    """What the question asks for, told by its question words."""
    patterns: tuple[tuple[Shape, re.Pattern[str]], ...] = (
        ("number", _NUMBER), ("date", _DATE), ("name", _NAME),
        ("reason", _REASON), ("steps", _STEPS),
    )  # fmt: skip
    found = ((match.start(), name) for name, p in patterns if (match := p.search(question)))
    return min(found, default=(0, "any"))[1]


def is_german(text: str) -> bool:
    """Whether a question is in the language that writes every noun with a capital."""
    found = {match.group().lower() for match in _WORD.finditer(text)}
    return len(found & _GERMAN) > len(found & _NOT_GERMAN)


def names(text: str) -> set[str]:
    """Words written with a capital inside a sentence, lower-cased; digits are not names.

    The first word counts too if it is all capitals; German nouns all count, which is harmless
    where the measure is a share of what the question lacks."""
    words = [match.group() for match in _WORD.finditer(text)]
    return {
        word.lower()
        for number, word in enumerate(words)
        if word[0].isupper()
        and len(word) > 1
        and (number > 0 or (word.isupper() and len(word) > 1))
        and not _NO_NAME.fullmatch(word)
    }


def numbers(text: str) -> set[str]:
    """Numbers written in digits, without the marks between thousands."""
    return {re.sub(r"[.,](?=\d{3}(?!\d))", "", m) for m in re.findall(r"\d+(?:[.,]\d+)*", text)}


_MONTH = r"""(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mär|mai|okt|dez|janv|févr|avr|juin
    |juil|août|déc|ene|abr|ago|dic)[a-zäéû]*\.?"""
_CALENDAR = re.compile(
    rf"""\b\d{{4}}-\d\d-\d\d\b
    | \b{_MONTH}\ \d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\ \d{{4}}\b)? | \b\d{{1,2}}\.?\ {_MONTH}
    | \b(?:1[5-9]|20)\d\d\b(?!\ ?(?:[%$€£]|k[mg]|met|mil|people|m\b))
    | [0-9]+\ ?[年月日]""",
    re.IGNORECASE | re.VERBOSE,
)


def amounts(text: str) -> set[str]:
    """The numbers that are no dates, nor years."""
    return numbers(_CALENDAR.sub(" ", text))


def fits(wanted: Shape, question: str, sentence: str) -> float:
    """1 when the sentence holds what is asked for and the question does not say itself, 0 when
    it does not, 0.5 when its look tells nothing (scripts without capitals, open questions)."""
    if wanted == "number":
        if amounts(sentence) - numbers(question):
            return 1.0
        if _HAS_NUMBER_WORD.search(sentence):
            return 0.8
        return 0.4 if numbers(sentence) - numbers(question) else 0.0
    if wanted == "date":
        return 1.0 if _HAS_DATE.search(sentence) else (0.3 if numbers(sentence) else 0.0)
    if wanted == "name":
        if not any(c.isupper() for c in sentence):
            return 0.5
        known = {match.group().lower() for match in _WORD.finditer(question)}
        return 1.0 if names(sentence) - known else 0.0
    if wanted == "reason":
        return 1.0 if _HAS_REASON.search(sentence) else 0.3
    return 0.5
