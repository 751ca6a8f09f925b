"""The small words by which a follow-up question is known, in several languages."""

from __future__ import annotations

import re

THIRD = {
    **dict.fromkeys(("he", "she", "they", "his", "its", "their", "theirs", "hers"), "subject"),
    **dict.fromkeys(("him", "her", "them", "it"), "object"),
    **dict.fromkeys(("sein", "seine", "seinen", "seiner", "ihre", "dessen"), "subject"),
    **dict.fromkeys(
        ("er", "sie", "ihn", "ihm", "dazu", "davon", "dafür", "damit", "darüber"), "object"
    ),
    **dict.fromkeys(("elle", "ils", "elles", "él", "ella", "ellos", "ellas"), "subject"),
    **dict.fromkeys(("он", "она", "они", "его", "её", "ее", "их"), "subject"),
    **dict.fromkeys(("ему", "ей", "им", "lui"), "object"),
}
"""Pronouns of the third person, and whether they may stand after the verb."""

BARE = frozenset({"this", "that", "these", "those", "das", "dies", "cela", "ça", "eso", "esto"})
PLACE = frozenset({"there", "then", "dort", "damals", "allí", "là"})
SPAN_OF_TIME = frozenset(
    {"week", "weekend", "month", "year", "morning", "evening", "afternoon", "summer", "winter",
     "spring", "autumn", "fall", "quarter", "semester", "time", "jahr", "semana", "año", "mes"}
)  # fmt: skip

POINTER = re.compile(
    r"""\bthe\ (?:former|latter|same\ one|other\ ones?|first\ one|second\ one|last\ one)\b
    |^\s*(?:who|what|where|anything|anyone|something)\ else\b[\s?]*$
    |\b(?:tell\ me\ more|more\ details?|go\ on|say\ more|explain\ (?:that|further)|mehr\ dazu)\b
    |(?:他|她|它)们?(?!人) | ^(?:这|那)(?:个|些|是) | 彼(?:女|ら)? | ^(?:それ|これ|その|この)""",
    re.IGNORECASE | re.VERBOSE,
)
EXPLETIVE = re.compile(
    r"""\b(?:is|was|be|would|will|does|did|if|when|how)\ it\s+(?:be\s+)?(?:possible|true|ok|okay
    |safe|necessary|better|best|worth|good|bad|hard|easy|takes?|take|matter|make|cost|legal|allowed
    |raining|rain|snow|cold|hot|important|called|normal|about|to|that)\b|\bes\ (?:gibt|geht|heißt)
    |\bgibt\ es\b|\bgeht\ es\b""",
    re.IGNORECASE | re.VERBOSE,
)
OPENER = re.compile(
    r"\s*(?:and|but|or|also|then|und|aber|oder|et|ou|y|e|и|а|или|还有|以及|それで|じゃあ)[\s,]+",
    re.IGNORECASE,
)
PREPOSITION = re.compile(
    r"""\s*(?:in|on|at|by|for|from|with|without|before|after|during|since|until|to|of|about|as|im|am
    |auf|für|mit|ohne|vor|nach|seit|bei|von|zu|en|pour|avec|sans|avant|après|dans|para|con|sin
    |desde|в|на|с|без|до|после|для|о)\s+(?:the\ |a\ |an\ )?""",
    re.IGNORECASE | re.VERBOSE,
)
QUESTION_WORD = re.compile(
    r"""\s*(?:
    (?P<kind>which|how\ (?:many|much|long|old|far|often|big)
        |what(?!\ (?:is|are|was|were|does|do|did)\b)
        |welche[mnrs]?|wie\ (?:viele?|lange|oft|alt|weit)|quel(?:le)?s?|cuánt[oa]s?|какой|сколько)
    |what|who|whom|whose|when|where|why|how|is|are|was|were|do|does|did|can|could|should|will|would
    |has|have|had|was|wer|wen|wem|wann|wo|warum|wieso|wie|ist|sind|hat|haben|kann|qui|que|quand|où
    |pourquoi|comment|est|quién|qué|cuándo|dónde|cómo|por\ qué|кто|что|когда|где|почему|как
    |tell|show|list|find|give|explain|describe|summari[sz]e)\b""",
    re.IGNORECASE | re.VERBOSE,
)

_EMPTY = frozenset(
    """a an the this that these those there here it its he she his her him hers they them their
    theirs we us our i me my you your one ones who whom whose what which when where why how is am
    are was were be been being do does did done doing have has had will would shall should can could
    may might must of to in on at by for from with without about into onto over under between during
    after before since until and or but not no nor so than then as if also only just any some all
    most more many much long old far often each every other such own same very too again up down out
    off tell show give list say please exactly ok okay mean happen happened else actually really
    whats hows wheres whos s t else yes details detail further
    der das den dem des ein eine einer eines einem einen wer wen wem wessen was welche welcher
    welches welchen welchem wann wo wohin woher warum wieso weshalb wie ist sind waren wurde
    wurden wird werden haben hatte kann können von zu zum zur im am auf aus bei mit nach für über
    vor um und oder aber nicht auch nur als er sie es wir ich du ihr ihn ihm sein seine dessen mehr
    dort damals dazu davon dafür damit darüber viel viele lange oft alt weit genau
    le la les un une du de qui que quoi quel quelle quels quelles quand où pourquoi combien
    est sont était a ont dans sur par avec et ou ne pas il elle ils elles lui ça cela
    el los las una unos unas del al quién quiénes qué cuál cuáles cuándo dónde cómo cuánto cuántos
    es son fue era ha en con para por y o no se su sus él ella ellos eso esto
    кто что какой какая какие когда где почему как сколько это был была было были в на с по и или не
    из за от до для о у он она они его её ее их ему ей им а""".split()  # noqa: SIM905
)
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def content(word: str) -> bool:
    """Whether a word carries matter: none of the small words."""
    return word.lower().removesuffix("'s").removesuffix("’s") not in _EMPTY


def name_groups(text: str) -> list[str]:
    """Runs of words with a capital that stand together: names, but for the word that begins the
    text. `What did Ada Lovelace write in Paris` -> `Ada Lovelace`, `Paris`."""
    groups: list[str] = []
    end = -2
    for number, match in enumerate(_WORD.finditer(text)):
        word = match.group()
        if not (word[0].isupper() and content(word) and number > 0):
            continue
        if groups and text[end : match.start()] == " ":
            groups[-1] += " " + word
        else:
            groups.append(word)
        end = match.end()
    return groups
