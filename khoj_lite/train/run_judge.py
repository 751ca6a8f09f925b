"""How a new adapter is judged in a run: against none, and against what is in use."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from khoj_lite.train import evaluate, gate
from khoj_lite.train.evaluate import Measured, Questions, Served
from khoj_lite.train.evaluate_canaries import BITS
from khoj_lite.types import AdapterUse, OnProgress, Progress


@dataclass(frozen=True, slots=True)
class Judge:
    """Asks the served model with one choice of adapters after the other. `stale`: one of those in
    use has learned from a note that is gone."""

    served: Served
    asked: Questions
    is_refusal: Callable[[str], bool]
    seed: int
    progress: OnProgress
    stop: Callable[[], bool]

    def gate(
        self, new: AdapterUse, current: Sequence[AdapterUse], *, stale: bool
    ) -> dict[str, object]:
        """The decision and what it rests on, as a run keeps it and JSON can hold it: null for what
        is no number."""
        parts = 3 if current else 2
        without = self._measure((), 0, parts, "without an adapter")
        with_it = self._measure((new,), 1, parts, "with the new one")
        leaks = evaluate.leaks(self.asked, without, with_it)
        decision = gate.decide(evaluate.scores(without, with_it), leaks, self.seed)
        promote = decision.promote
        perplexity = {"none": without.perplexity, "adapter": with_it.perplexity}
        made: dict[str, object] = {
            "against none": decision.as_dict(),
            "canaries": {
                "planted": len(self.asked.canaries),
                "came out": leaks,
                "bits": BITS,
                "exposed": {"none": without.exposures, "adapter": with_it.exposures},
            },
        }
        if current:
            before = self._measure(current, 2, parts, "with what is in use")
            against = gate.decide(evaluate.scores(before, with_it), leaks, self.seed)
            worse = any(finding.verdict == "worse" for finding in against.findings)
            # one that has learned from a note that is gone is replaced as soon as nothing is lost
            promote = promote and (against.promote or (stale and not worse))
            perplexity["in use"] = before.perplexity
            made["against " + "+".join(use.id for use in current)] = against.as_dict()
        whole = {"promote": promote, "perplexity": perplexity, **made}
        return {name: _plain(value) for name, value in whole.items()}

    def _measure(
        self, adapters: Sequence[AdapterUse], part: int, parts: int, what: str
    ) -> Measured:
        def progress(step: Progress) -> None:
            done = part * step.total + step.done
            self.progress(Progress(step.stage, done, parts * step.total, what))

        return evaluate.measure(
            self.served, adapters, self.asked, self.is_refusal, progress, self.stop
        )


def _plain(value: object) -> object:
    """A value as JSON holds it."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value
