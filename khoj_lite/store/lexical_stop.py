"""Words that carry no subject: left out of a question that has others.

Question and function words of the languages whose questions are full sentences; folded, as
`analysis.words` gives them. A word that is one of them in one language but means something in
another (German `die`, English `die`) is left out of the list.
"""

from __future__ import annotations

_ENGLISH = (
    "a about after all also am an and any are as at be because been before being between both but "
    "by can cannot could did do does doing during each every few for from further had has have "
    "having he her here hers him his how however i if in into is it its itself just me more most "
    "my no nor not of off on once only or other our ours out over own same she should so some "
    "such than that the their theirs them then there these they this those through to too under "
    "until up very was we were what when where whether which while who whom whose why will with "
    "would you your yours dont doesnt didnt isnt arent wasnt werent cant couldnt wont im ive id "
    "youre theyre whats wheres hows thats lets much many"
)

STOP_WORDS = frozenset(_ENGLISH.split())
