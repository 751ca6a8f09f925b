"""How llama.cpp chooses the next token."""

from __future__ import annotations

import llama_cpp as llama


class Sampler:
    """Chooses the next token. Temperature 0 takes the likeliest; otherwise top-k 40, top-p 0.95
    and min-p 0.05 (llama.cpp's defaults) cut the unlikely ones off first. `close` it."""

    def __init__(self, context: object, temperature: float, seed: int) -> None:
        self._context = context
        self._chain = llama.llama_sampler_chain_init(llama.llama_sampler_chain_default_params())
        for part in (
            (llama.llama_sampler_init_greedy(),)
            if temperature <= 0
            else (
                llama.llama_sampler_init_top_k(40),
                llama.llama_sampler_init_top_p(0.95, 1),
                llama.llama_sampler_init_min_p(0.05, 1),
                llama.llama_sampler_init_temp(temperature),
                llama.llama_sampler_init_dist(seed),
            )
        ):
            llama.llama_sampler_chain_add(self._chain, part)

    def next(self) -> int:
        return int(llama.llama_sampler_sample(self._chain, self._context, -1))

    def close(self) -> None:
        llama.llama_sampler_free(self._chain)
