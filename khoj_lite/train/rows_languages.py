"""What rules for questions need to know of a language: its small words, how one asks, how a
definition and a date read. Pure data, and which language a text is in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """How one asks in a language: about a heading, what something is, what is listed, what is said
    of a day; `{}` is what is asked about. `small`: its commonest words. `defines`: a sentence that
    says what its `term` is, with the `article` before it; None where rules cannot tell."""

    about: tuple[str, ...]
    what: tuple[str, ...]
    listed: str
    when: str
    small: frozenset[str] = frozenset()
    defines: re.Pattern[str] | None = None


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _defines(articles: str, verbs: str) -> re.Pattern[str]:
    """A term of one to four words at the start, with or without an article, and what it is."""
    return re.compile(
        rf"^(?:(?P<article>{articles})\s+)?"
        r"(?P<term>[^\W\d_][\w'’.+/-]*(?:\s[\w'’.+/-]+){0,3}?)\s+"
        rf"(?:{verbs})\s"
    )


LANGUAGES: Mapping[str, Language] = {
    "en": Language(
        ("What do my notes say about {}?", "What did I write about {}?", "Tell me about {}."),
        ("What is {}?",), "Which points are listed under {}?", "What do my notes say of {}?",
        _words("the of and to in is that for it with you this are on as be or not by from at we"
               " will more only if can your an have has was but all which when so do my our no"),
        _defines("An?|The", r"is\s+(?:an?|the|one\s+of)|are\s+(?:the|those)|means|refers\s+to"),
    ),
    "de": Language(
        ("Was steht in meinen Notizen über {}?", "Was habe ich über {} geschrieben?"),
        ("Was ist {}?",), "Welche Punkte stehen unter {}?", "Was steht in meinen Notizen zum {}?",
        _words("der die das und ist nicht ein eine zu den mit auf für von im sich dass bei aus"),
        _defines("Der|Die|Das|Eine?",
                 "ist\\s+(?:ein|eine|der|die|das|einer|eines)|bedeutet|bezeichnet"),
    ),
    "fr": Language(
        ("Que disent mes notes sur {} ?", "Qu'ai-je écrit sur {} ?"), ("Qu'est-ce que {} ?",),
        "Quels points sont listés sous {} ?", "Que disent mes notes du {} ?",
        _words("le la les des et est une dans que pour qui pas sur vous du un avec ce au il ne"),
        _defines("Les?|La|Une?", "est\\s+(?:une?|les?|la|l['’])|désigne|signifie"),
    ),
    "es": Language(
        ("¿Qué dicen mis notas sobre {}?", "¿Qué escribí sobre {}?"), ("¿Qué es {}?",),
        "¿Qué puntos figuran en {}?", "¿Qué dicen mis notas del {}?",
        _words("el la los las y es una que para por con del se no un como su en más lo"),
        _defines("El|L[oa]s?|Una?", "es\\s+(?:una?|el|la)|significa"),
    ),
    "pt": Language(
        ("O que dizem as minhas notas sobre {}?", "O que escrevi sobre {}?"), ("O que é {}?",),
        "Que pontos estão listados em {}?", "O que dizem as minhas notas de {}?",
        _words("o os as e é um uma que para por com do da dos não em no na se mais ao este"),
        _defines("Os?|As?|Uma?", "é\\s+(?:uma?|o|a)|significa"),
    ),
    "it": Language(
        ("Che cosa dicono i miei appunti su {}?", "Che cosa ho scritto su {}?"),
        ("Che cos'è {}?",), "Quali punti sono elencati sotto {}?",
        "Che cosa dicono i miei appunti del {}?",
        _words("il lo la gli le e è un una che per con del della di non si da nel sono come"),
        _defines("Il|L[oae]|Una?|Uno", "è\\s+(?:una?|uno|il|l[oa])|significa|indica"),
    ),
    "nl": Language(
        ("Wat staat er in mijn notities over {}?", "Wat heb ik over {} geschreven?"),
        ("Wat is {}?",), "Welke punten staan onder {}?", "Wat staat er in mijn notities over {}?",
        _words("de het een en is van niet met op te dat die voor zijn aan er ook bij naar wordt"),
        _defines("De|Het|Een", "is\\s+(?:een|de|het)|betekent"),
    ),
    "ru": Language(
        ("Что в моих заметках говорится о теме «{}»?", "Что я писал на тему «{}»?"),
        ("Что такое {}?",), "Какие пункты перечислены в «{}»?",
        "Что в моих заметках сказано про {}?",
        defines=re.compile(r"^(?P<article>)?(?P<term>\w[\w-]*(?: [\w-]+){0,3}) [—–-] это "),
    ),
    "zh": Language(
        ("我的笔记里关于“{}”写了什么？", "关于“{}”我写过什么？"), ("什么是{}？",),
        "“{}”下面列出了哪些要点？", "我的笔记里关于{}写了什么？",
        defines=re.compile(
            r"^(?P<article>)?(?P<term>[^，。；：、“”\s]{1,16}?)(?:是(?:一[^，。]{0,2}|指)|指的是)"
        ),
    ),
    "ja": Language(
        ("私のメモには「{}」について何と書いてありますか？", "「{}」について何を書きましたか？"),
        ("{}とは何ですか？",), "「{}」にはどんな項目がありますか？",
        "私のメモには{}について何と書いてありますか？",
        defines=re.compile(r"^(?P<article>)?(?P<term>[^、。「」\s]{1,20}?)とは、?"),
    ),
    "ar": Language(
        ("ماذا تقول ملاحظاتي عن {}؟", "ماذا كتبت عن {}؟"), ("ما هو تعريف {}؟",),
        "ما النقاط المذكورة تحت {}؟", "ماذا تقول ملاحظاتي عن {}؟",
        defines=re.compile(r"^(?P<article>)?(?P<term>\w+(?: \w+){0,3}?) (?:هو|هي) "),
    ),
    "": Language(("{}?",), ("{}?",), "{}?", "{}?"),
}  # fmt: skip
"""By name; "" is any other: there the bare heading is the question."""

_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]")), ("zh", re.compile("[\u3400-\u9fff]")),
    ("ar", re.compile("[\u0600-\u06ff]")), ("ru", re.compile("[\u0400-\u04ff]")),
    ("en", re.compile("[A-Za-z\u00c0-\u024f]")),
)  # fmt: skip
_LETTER = re.compile(r"[^\W\d_]")
_KANA_SHARE = 0.1
"""Japanese is written with Chinese characters, too; kana give it away."""
_SMALL_SHARE = 0.08
"""Small words make up a third of a text; with fewer known ones it is in another language."""
_UKRAINIAN = re.compile("[іїєґў]", re.IGNORECASE)


def language_of(text: str) -> str:
    """The name of the language in LANGUAGES, by its script or by its small words; English where a
    text is too short to tell, "" for one that is not known."""
    letters = len(_LETTER.findall(text))
    if not letters:
        return "en"
    shares = {name: len(script.findall(text)) / letters for name, script in _SCRIPTS}
    if shares["ja"] > _KANA_SHARE:
        return "ja"
    script = max(shares, key=lambda name: shares[name])
    if shares[script] < 0.3 or (script == "ru" and _UKRAINIAN.search(text)):
        return ""
    if script != "en":
        return script
    words = re.findall(r"[^\W\d_]+", text.casefold())
    counts = {
        name: sum(word in language.small for word in words)
        for name, language in LANGUAGES.items()
        if language.small
    }
    best = max(counts, key=lambda name: counts[name])
    if counts[best] < _SMALL_SHARE * len(words):
        return "" if len(words) >= 20 else "en"
    return best


NO_TERM = _words(
    """it this that these those there here he she they we you i what which who one another such so
    next first second last all each if when where how why because although below above today now
    then both either neither other others someone everyone nothing something anything my your our
    their his her its result problem reason idea following answer question point thing section
    chapter example file page note document text article list table figure latter former
    es das dies dieser diese dieses hier dort er sie wir ihr wer man ich alles nichts heute jetzt
    mein meine unser unsere datei abschnitt kapitel beispiel
    il elle ce cela on ils elles nous vous ceci voici mon ma ici
    esto eso ella el ellos aquí este esta mi
    o ele ela isto isso aqui questo questa qui egli lei dit dat deze hij zij hier wij
    the a an это он она они здесь 这 那 它 他 她 我 这里 هذا هذه ذلك"""
)
"""Words that stand for something said before: what is asked about them, nobody can tell."""

TRIVIAL = _words(
    """introduction overview summary conclusion notes note misc todo links see also example examples
    references contents table of index preamble about details more other usage background preface
    appendix general intro setup faq description additional
    einleitung übersicht zusammenfassung beispiel beispiele fazit anhang verweise inhalt
    introducción resumen ejemplo ejemplos conclusión índice notas
    exemple exemples résumé sommaire introdução resumo exemplo conclusão introduzione esempio
    riassunto inleiding voorbeeld введение пример заключение
    介 绍 简 总 结 例 子 概 述 参 考 は じ め に ま と 要 مقدمة خاتمة مثال"""
)
"""Headings that say nothing of what stands below them (of scripts without spaces, their
characters)."""

_MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December",
    "Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember",
    "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre",
    "enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre",
    "janeiro|fevereiro|março|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro",
    "gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre|novembre|dicembre",
    "января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря",
    "يناير|فبراير|مارس|أبريل|مايو|يونيو|يوليو|أغسطس|سبتمبر|أكتوبر|نوفمبر|ديسمبر",
)
_MONTH = "|".join(dict.fromkeys("|".join(_MONTHS).split("|")))
DATE = re.compile(
    r"(?<![\w.])(?:\d{4}-\d{2}-\d{2}|\d{1,2}\.\s?\d{1,2}\.\s?\d{4}"
    rf"|(?:\d{{1,2}}(?:st|nd|rd|th|er|\.)?\s+)?(?:de\s+)?(?:{_MONTH})"
    r"(?:\s+\d{1,2}(?:st|nd|rd|th)?,?)?(?:\s+de)?\s+\d{4})(?!\w)"
    r"|\d{4}年\d{1,2}月\d{1,2}日"
)
