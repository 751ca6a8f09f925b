"""Words that carry no matter in a question, by language.

One language's small word is another's matter: German has `die` and `war`, which in an English
question are what is asked about. So a text is read with the list of its own language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

Terms = Callable[[str], Sequence[str]]
"""The index terms of a text, in order: folded and stemmed."""

STOP_WORDS = {
    "en": """
a an the this that these those there here it its he she his her him they them their we us our i me
my mine you your yours one who whom whose what which when where why how be is am are was were been
being do does did done doing have has had having will would shall should can could may might must
of to in on at by for from with without about into onto over under between during after before
and or but not no nor so than then as if also only just any some all most more much many each every
other such own same very too again once up down out off name call tell list give please according
kind type happen did get got know think like
""",
    "de": """
der die das den dem des ein eine einer eines einem einen wer wen wem wessen was welche welcher
welches welchen welchem wann wo wohin woher warum wieso weshalb wie ist sind war waren wurde wurden
wird werden worden hat haben hatte hatten kann können konnte von zu zum zur im in an am auf aus bei
mit nach für über unter vor um und oder aber nicht auch nur als wenn dass sich er sie es wir ich ihr
viel viele vielen gab gibt heißt hieß
mein meine meiner meinem meinen dein deine beim ihr ihre hast habe bin bist dort hier
doch schon noch so da
""",
    "fr": """
le la les un une des du de qui que quoi quel quelle quels quelles quand où pourquoi comment combien
est sont était étaient a ont dans sur par pour avec et ou ne pas se ce cette il elle ils elles
""",
    "es": """
el los las una unos unas del al quién quiénes qué cuál cuáles cuándo dónde cómo cuánto cuántos por
es son fue fueron era ha han en con para y o no se su sus lo
""",
    "it": """
il lo gli i uno di che chi cosa quale quali quando dove perché come quanto quanti è sono era da nel
e non si
""",
    "pt": """
o os as um uma do dos no nos na nas quem qual quais onde quanto são foi
""",
    "nl": """
de het een van wie wat welke wanneer waar waarom hoe is zijn was waren werd met voor op
""",
    "ru": """
кто что какой какая какое какие каких когда где почему как сколько это был была было были в на с по
и или не из за от до для к о у
""",
    "ar": """
من ما ماذا متى أين لماذا كيف كم أي هو هي هل في على إلى عن مع كان كانت التي الذي هذا هذه و أو لم لا
""",
    "hi": """
क्या कौन कब कहाँ क्यों कैसे है हैं था थे थी का की के में से को ने पर और
""",
    "zh": """
什么 是什 么是 谁的 哪些 哪个 哪里 多少 为什 怎么 如何 何时 的是 了什 么时 时候 是谁
有多 么名 哪一 些是 在哪 于什
""",
}
"""Pairs of characters for Chinese, as the index cuts it."""

_WORD = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=8)
def stop_terms(terms: Terms) -> frozenset[str]:
    """The stop words of every language as `terms` writes them."""
    return frozenset(terms(" ".join(STOP_WORDS.values())))


def stops_of(text: str, terms: Terms) -> frozenset[str]:
    """The stop words of the language that `text` is in, told by which list has the most of its
    words; those of several where they have as many, of all where none has any."""
    words = {m.group().lower() for m in _WORD.finditer(text)}
    known = {name: len(words & found) for name, found in _lists().items()}
    most = max(known.values())
    if not most or not words:
        return stop_terms(terms)
    return _terms_of(tuple(name for name, n in known.items() if n == most), terms)


@lru_cache(maxsize=64)
def _terms_of(languages: tuple[str, ...], terms: Terms) -> frozenset[str]:
    return frozenset(terms(" ".join(STOP_WORDS[name] for name in languages)))


@lru_cache(maxsize=1)
def _lists() -> dict[str, frozenset[str]]:
    return {name: frozenset(words.split()) for name, words in STOP_WORDS.items()}
