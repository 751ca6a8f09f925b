"""Words of a question and of a sentence, and how far the embedder knows their language."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence, Set
from functools import lru_cache

from khoj_lite.types import Embedder

Terms = Callable[[str], Sequence[str]]
"""The index terms of a text, in order: folded and stemmed."""

STOP_WORDS = """
a an the this that these those there here it its he she his her him they them their we us our i me
my mine you your yours one who whom whose what which when where why how be is am are was were been
being do does did done doing have has had having will would shall should can could may might must
of to in on at by for from with without about into onto over under between during after before
and or but not no nor so than then as if also only just any some all most more much many each every
other such own same very too again once up down out off name call tell list give please according
kind type happen did get got know think like
der die das den dem des ein eine einer eines einem einen wer wen wem wessen was welche welcher
welches welchen welchem wann wo wohin woher warum wieso weshalb wie ist sind war waren wurde wurden
wird werden worden hat haben hatte hatten kann können konnte von zu zum zur im in an am auf aus bei
mit nach für über unter vor um und oder aber nicht auch nur als wenn dass sich er sie es wir ich ihr
viel viele vielen gab gibt heißt hieß
le la les un une des du de qui que quoi quel quelle quels quelles quand où pourquoi comment combien
est sont était étaient a ont dans sur par pour avec et ou ne pas se ce cette il elle ils elles
el los las una unos unas del al quién quiénes qué cuál cuáles cuándo dónde cómo cuánto cuántos por
es son fue fueron era ha han en con para y o no se su sus lo
il lo gli i uno di che chi cosa quale quali quando dove perché come quanto quanti è sono era da nel
e non si
o os as um uma do dos no nos na nas quem qual quais onde quanto são foi
de het een van wie wat welke wanneer waar waarom hoe is zijn was waren werd met voor op
кто что какой какая какое какие каких когда где почему как сколько это был была было были в на с по
и или не из за от до для к о у
من ما ماذا متى أين لماذا كيف كم أي هو هي هل في على إلى عن مع كان كانت التي الذي هذا هذه و أو لم لا
क्या कौन कब कहाँ क्यों कैसे है हैं था थे थी का की के में से को ने पर और
什么 是什 么是 谁的 哪些 哪个 哪里 多少 为什 怎么 如何 何时 的是 了什 么时 时候 是谁
有多 么名 哪一 些是 在哪 于什
"""
"""Words that carry no matter in a question, of several languages; pairs of characters for
Chinese, as the index cuts it."""

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_DENSE = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7a3]")
_LITERAL = re.compile(
    r"""(?:(?:\b[A-Za-z]-(?:[A-Za-z](?![A-Za-z])|[^\sA-Za-z?!.,]|RET|TAB|SPC))\s*)+  # C-c C-e, M-x
    | (?<!\S)--?[A-Za-z][\w-]*                                          # --force
    | \b\d+(?:\.\d+)+\b                                                # 6.0
    | \b[A-Za-z]+(?:[_/.:+#\\@][A-Za-z0-9]+)+\b                         # foo_bar, a/b, mail@x.org
    | \b(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z\d]{2,}\b                  # E4, 2pm
    """,
    re.VERBOSE,
)
_LONGEST = 24


@lru_cache(maxsize=8)
def stop_terms(terms: Terms) -> frozenset[str]:
    """The stop words as `terms` writes them."""
    return frozenset(terms(STOP_WORDS))


def content_words(text: str, terms: Terms) -> list[str]:
    """The words that carry matter, lower-cased, each once, in order; none of scripts that do not
    write words apart."""
    stops = stop_terms(terms)
    found: dict[str, None] = {}
    for match in _WORD.finditer(text):
        word = match.group().lower()
        if len(word) <= _LONGEST and not _DENSE.search(word) and not stops.issuperset(terms(word)):
            found[word] = None
    return list(found)


def literals(text: str) -> list[str]:
    """What must be found as it is written: keys (`C-c C-e`), versions, options, names with signs
    in them. Lower-cased, neighbours joined."""
    return [" ".join(m.group().lower().split()) for m in _LITERAL.finditer(text)]


def trust(text: str, embedder: Embedder) -> float:
    """0 to 1: how well the embedder knows the language of a text.

    A model has long tokens for the languages that it has learned and falls back to letters for
    the others. Tokens per letter or digit, median over XQuAD's questions with all-MiniLM-L6-v2:
    English 0.25, German 0.38, Arabic 1.02, Chinese 1.07; claims of science, in English, 0.27."""
    letters = sum(c.isalnum() for c in text)
    if not letters:
        return 0.0
    share = len(_DENSE.findall(text)) / letters
    ratio = len(embedder.token_offsets(text)) / letters
    known, unknown = (0.7, 1.0) if share > 0.5 else (0.33, 0.55)
    return min(1.0, max(0.0, (unknown - ratio) / (unknown - known)))


def trust_question(
    question: str, notes: str, said: Set[str], embedder: Embedder, terms: Terms
) -> float:
    """How far to believe the embedder about a question, given the text that was found.

    A short question full of names looks foreign to the model; if its small words are among those
    `said` in the notes, it is in their language, which is the surer thing to judge."""
    small = stop_terms(terms).intersection(terms(question))
    shared = len(small & said) / len(small) if small else 1.0
    return max(trust(question, embedder), shared * trust(notes, embedder))
