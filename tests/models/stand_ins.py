"""Model servers as their documentation and bug reports say they behave: Ollama, llama-server, vLLM
and LM Studio, each small."""

from __future__ import annotations

import json
from collections.abc import Iterator

from models.stand_in import LINES, SSE, Json, Said, Server, chunk, said


class LlamaServer(Server):
    """llama-server: every call but /health is refused with 503 while the model loads; reasoning
    has a field of its own; comments keep a silent connection alive."""

    def answer(self, method: str, path: str, body: Json) -> Said:
        if self.loading:
            self.loading -= 1
            about = {"message": "Loading model", "type": "unavailable_error", "code": 503}
            return said(503, {"error": about})
        if path == "/v1/models":
            meta = {"n_ctx_train": 131072, "n_vocab": 32000}
            return said(200, {"object": "list", "data": [{"id": self.name, "meta": meta}]})
        if path == "/props":
            about = {"n_ctx": self.holds, "params": {}}
            return said(200, {"default_generation_settings": about, "total_slots": 1})
        if path == "/tokenize":
            return said(200, {"tokens": list(range(len(body["content"].split())))})
        if path != "/v1/chat/completions":
            return said(404, {"error": {"message": "File Not Found", "type": "not_found_error",
                                        "code": 404}})  # fmt: skip
        if words := self.too_long(body):
            return said(400, {"error": {
                "code": 400, "type": "exceed_context_size_error", "n_prompt_tokens": words,
                "n_ctx": self.holds, "message": f"request ({words} tokens) exceeds the available "
                f"context size ({self.holds} tokens), try increasing it",
            }})  # fmt: skip
        return 200, SSE, self._stream(body)

    def _stream(self, body: Json) -> Iterator[str]:
        yield ":\n\n"
        yield chunk({"delta": {"role": "assistant", "content": None}})
        for piece in self.thinks:
            yield chunk({"delta": {"reasoning_content": piece}})
        for piece in self.pieces:
            yield chunk({"delta": {"content": piece}})
        yield chunk({"delta": {}, "finish_reason": "stop"}, timings={"predicted_n": 3})
        if body.get("stream_options", {}).get("include_usage"):
            yield chunk(None, usage=self.usage(body), timings={"predicted_n": 3})
        yield "data: [DONE]\n\n"


class LlamaServerOfOld(LlamaServer):
    """Before the autumn of 2025: the refusal came with status 200, in no event."""

    def answer(self, method: str, path: str, body: Json) -> Said:
        status, kind, pieces = super().answer(method, path, body)
        if path == "/props":
            return said(404, {"error": {"message": "File Not Found", "code": 404}})
        return (200, SSE, pieces) if status == 400 else (status, kind, pieces)


class Vllm(Server):
    """vLLM: says how much its model holds; what it does not know it answers with `detail`."""

    def answer(self, method: str, path: str, body: Json) -> Said:
        if path == "/v1/models":
            about = {"id": self.name, "object": "model", "max_model_len": self.holds}
            return said(200, {"object": "list", "data": [about]})
        if path == "/tokenize":
            words = len(body["prompt"].split())
            tokens = list(range(words))
            return said(200, {"count": words, "max_model_len": self.holds, "tokens": tokens})
        if path != "/v1/chat/completions":
            return said(404, {"detail": "Not Found"})
        if body["model"] != self.name:
            told = f"The model `{body['model']}` does not exist."
            return said(404, {"error": {"message": told, "type": "NotFoundError", "code": 404}})
        if words := self.too_long(body):
            made = body["max_tokens"]
            told = (
                f"You passed {words} input tokens and requested {made} output tokens. However, the "
                f"model's context length is only {self.holds} tokens, resulting in a maximum input"
                f" length of {self.holds - made} tokens. Please reduce the length of the input "
                "prompt."
            )
            about = {"message": told, "type": "BadRequestError", "param": "input_tokens"}
            return said(400, {"error": {**about, "code": 400}})
        return 200, SSE, self._stream(body)

    def _stream(self, body: Json) -> Iterator[str]:
        yield chunk({"delta": {"role": "assistant", "content": ""}, "logprobs": None}, usage=None)
        for piece in self.thinks:
            yield chunk({"delta": {"reasoning": piece}}, usage=None)
        for piece in self.pieces[:-1]:
            yield chunk({"delta": {"content": piece}}, usage=None)
        last = {"content": self.pieces[-1]} if self.pieces else {}
        yield chunk({"delta": last, "finish_reason": "stop", "stop_reason": None}, usage=None)
        if body.get("stream_options", {}).get("include_usage"):
            yield chunk(None, usage={**self.usage(body), "prompt_tokens_details": None})
        yield "data: [DONE]\n\n"


class VllmOfOld(Vllm):
    """Before 2026, and behind proxies that hide how much it holds."""

    def answer(self, method: str, path: str, body: Json) -> Said:
        if path == "/v1/models":
            return said(200, {"object": "list", "data": [{"id": self.name}]})
        if path == "/tokenize":
            return said(404, {"detail": "Not Found"})
        if path == "/v1/chat/completions" and (words := self.too_long(body)):
            made = body["max_tokens"]
            told = (
                f"This model's maximum context length is {self.holds} tokens. However, you "
                f"requested {words + made} tokens ({words} in the messages, {made} in the "
                "completion). Please reduce the length of the messages or completion."
            )
            return said(400, {"object": "error", "message": told, "type": "BadRequestError",
                              "param": None, "code": 400})  # fmt: skip
        return super().answer(method, path, body)


class LmStudio(Server):
    """LM Studio: answers calls that it does not know with 200 and an error; refuses within the
    stream; `unloaded`: no model is in memory, and it does not load one when asked."""

    unloaded = False

    def answer(self, method: str, path: str, body: Json) -> Said:
        if path == "/v1/models":
            return said(200, {"object": "list", "data": [{"id": self.name, "object": "model"}]})
        if path == "/api/v0/models":
            about = {"id": self.name, "state": "loaded", "max_context_length": 131072}
            return said(200, {"object": "list", "data": [about]})
        if path != "/v1/chat/completions":
            return said(200, {"error": f"Unexpected endpoint or method. ({method} {path})"})
        if self.unloaded:
            told = (
                "No models loaded. Please load a model in the developer page or use the `lms load` "
                "command."
            )
            about = {"message": told, "type": "invalid_request_error", "param": "model"}
            return said(404, {"error": {**about, "code": "model_not_found"}})
        if words := self.too_long(body):
            return 200, SSE, self._overflow(words)
        return 200, SSE, self._stream()

    def _overflow(self, words: int) -> Iterator[str]:
        told = (
            f"Trying to keep the first {words} tokens when context the overflows. However, the "
            f"model is loaded with context length of only {self.holds} tokens, which is not enough."
        )
        yield f"event: error\ndata: {json.dumps({'error': {'message': told}})}\n\n"

    def _stream(self) -> Iterator[str]:
        """No usage, whether it is asked for or not."""
        for piece in self.pieces:
            yield chunk({"delta": {"role": "assistant", "content": piece}})
        yield chunk({"delta": {}, "finish_reason": "stop"})
        yield "data: [DONE]\n\n"


class LmStudioInSilence(LmStudio):
    """What does not fit gets an answer of nothing."""

    def _overflow(self, words: int) -> Iterator[str]:
        self.pieces = ()
        return self._stream()


class Ollama(Server):
    """Ollama: lines of JSON; refuses a long prompt only when it is told not to cut it."""

    def answer(self, method: str, path: str, body: Json) -> Said:
        if path == "/api/version":
            return said(200, {"version": "0.13.5"})
        if path == "/v1/models":
            return said(200, {"object": "list", "data": [{"id": self.name, "owned_by": "library"}]})
        if path == "/api/show" and body["model"] == self.name:
            facts = {"general.architecture": "llama", "llama.context_length": 131072}
            return said(200, {"model_info": facts, "capabilities": ["completion"]})
        if path == "/api/show":
            return said(404, {"error": f"model '{body['model']}' not found"})
        if path != "/api/chat":
            return 404, "text/plain", iter(["404 page not found"])
        assert body["truncate"] is False, "it would cut the notes away without a word"
        held = min(body["options"]["num_ctx"], self.holds)
        words = self.too_long(body)
        if words > held:
            more = words - held
            told = f"prompt too long; exceeded max context length by {more} tokens"
            return said(400, {"error": told})
        return 200, LINES, self._stream(body)

    def _stream(self, body: Json) -> Iterator[str]:
        for key, pieces in (("thinking", self.thinks), ("content", self.pieces)):
            for piece in pieces:
                message = {"role": "assistant", "content": "", key: piece}
                yield json.dumps({"model": self.name, "message": message, "done": False}) + "\n"
        usage = self.usage(body)
        yield json.dumps({
            "model": self.name, "message": {"role": "assistant", "content": ""}, "done": True,
            "done_reason": "stop", "prompt_eval_count": usage["prompt_tokens"],
            "eval_count": usage["completion_tokens"],
        }) + "\n"  # fmt: skip
