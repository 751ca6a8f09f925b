"""Whether an answer says that the notes hold none. Pure."""

from __future__ import annotations

import re

LONGEST = 400
"""Characters; a longer text that has such words in it says something else besides."""

_NONE = re.compile(
    r"""\bnot\ (?:in|found\ in|mentioned\ in)\ (?:your|the|my|these)\ (?:notes|passages)
    |\b(?:notes|passages|text|context|information|excerpts?)\b[^.!?\n]{0,40}?
        \b(?:do(?:es)?\ not|don['’]t|doesn['’]t|did\ not|didn['’]t|never)\ (?:seem\ to\ )?
        (?:contain|say|mention|hold|have|answer|provide|include|specify|state|give|tell|cover)
    |\b(?:there\ is|there['’]s|i\ (?:found|see|have)|i\ can\ (?:find|see))\ no(?:thing)?\b
        [^.!?\n]{0,40}?\b(?:information|mention|answer|notes?|passages?)
    |\bi\ (?:cannot|can['’]t|could\ not|couldn['’]t|do\ not|don['’]t|am\ unable\ to)\ (?:find|know
        |answer|determine|see|have\ (?:enough|any|that|the)\ information)
    |\bno\ (?:passage|note|information)\b[^.!?\n]{0,60}?\b(?:match|mention|found|provided|available
        |in\ (?:your|the)\ notes|about)
    |\b(?:nicht|nichts|keine?)\b[^.!?\n]{0,40}?\b(?:notizen|passagen|auszügen|angaben|informationen)
    |\b(?:notizen|passagen|auszüge)\b[^.!?\n]{0,60}?\b(?:nicht|nichts|keine?)\b
    |\b(?:pas|aucune?|rien)\b[^.!?\n]{0,50}?\bnotes
    |\bnotes\b[^.!?\n]{0,40}?\bne\b[^.!?\n]{0,30}?\bpas\b
    |\bno\ (?:está|aparece|se\ menciona|hay)\b[^.!?\n]{0,50}?\bnotas
    |\bnotas\b[^.!?\n]{0,30}?\bno\ (?:contienen|mencionan|dicen|incluyen)
    |(?:笔记|筆記|文章|段落)[^。！？\n]{0,12}(?:没有|沒有|未|不)|メモに(?:は)?[^。\n]{0,20}ありません
    |(?:заметк|записях?)[^.!?\n]{0,40}?\bнет\b|\bнет\b[^.!?\n]{0,40}?(?:заметк|запис)
    """,
    re.IGNORECASE | re.VERBOSE,
)


def is_refusal(answer: str) -> bool:
    """Whether `answer` is no answer, in any of the usual ways of saying so."""
    text = " ".join(answer.split())
    return 0 < len(text) <= LONGEST and _NONE.search(text) is not None
