"""Words that carry no subject: left out of a question that has others.

Articles, prepositions, pronouns, auxiliaries and question words, folded as `analysis.words`
gives them. A word that means something in English is left out of the other languages' lists
(German `die`, `war`, `hat`), since nobody says which language a question is in.
"""

from __future__ import annotations

from khoj_lite.store.analysis import words

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
_GERMAN = (
    "der das den dem des ein eine einen einem einer eines und oder im auf aus bei von vom zu "
    "zum zur wie wer wo wann warum welche welcher welches welchen welchem wem wen ist sind "
    "waren wird werden wurde wurden haben hatte hatten viele sich nicht als nach uber unter es er "
    "sie ihr wir ich kann konnen dass durch noch nur auch um"
)
_FRENCH = (
    "le la les un une du de et ou que qui quoi quel quelle quels quelles est sont etait etaient "
    "dans sur avec pas ne se ce cette ces il elle ils elles nous vous je au aux "
    "quand pourquoi combien ont ete"
)
_SPANISH = (
    "el los las una unos unas del y o que quien quienes cual cuales cuando donde como cuanto "
    "cuanta cuantos cuantas es eran fueron en para se su sus al lo por porque ha han"
)
_PORTUGUESE_ITALIAN = (
    "um uma da das e quem qual quais quando onde quanto quantos quantas foi foram em na nos "
    "para il lo gli uno una della delle degli dei nel nella che cosa quale quali dove "
    "perche sono stato stata di"
)
_DUTCH = "het een en of wie wat waar wanneer waarom welke zijn werd werden op voor"
_RUSSIAN = (
    "и в во на с со из за по к у о об от до для не что кто где когда как какой какая какие какое "
    "каком сколько почему это был была было были есть или а но же ли"
)
_ARABIC = (
    "من في على الى عن ما ماذا متى اين كيف كم هو هي هل الذي التي الذين كان كانت و ان مع هذا هذه ذلك "
    "تلك بين بعد قبل عند اي لم لا او ثم قد"
)
_HINDI = "का के की को में से पर ने है हैं था थे थी और या कि यह वह क्या कौन कब कहां कैसे कितने किस"


STOP_WORDS = frozenset(
    words(
        " ".join(
            (
                _ENGLISH, _GERMAN, _FRENCH, _SPANISH, _PORTUGUESE_ITALIAN, _DUTCH, _RUSSIAN,
                _ARABIC, _HINDI,
            )
        )
    )
)  # fmt: skip
