"""Adapters over HTTP: several with weights, for a question, a conversation or all; and gone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from made_adapters import made_adapter

from khoj_lite.train.run_record import Runs
from server.daemon import Daemon

NOTE = "# House\n\nThe spare key lies under the blue flower pot behind the shed.\n"


@pytest.fixture(scope="module")
def daemon(
    tmp_path_factory: pytest.TempPathFactory, model_folder: Path, quoting_gguf: Path
) -> Iterator[Daemon]:
    """A daemon that answers with a real model, and knows the adapters one, two and three."""
    folder = tmp_path_factory.mktemp("adapters")
    (folder / "vault").mkdir()
    (folder / "vault" / "house.md").write_text(NOTE, encoding="utf-8")
    settings = {
        "KHOJ_LITE_CHAT_MODEL": str(quoting_gguf), "KHOJ_LITE_CHAT_TEMPERATURE": "0",
        "KHOJ_LITE_CHAT_MAX_TOKENS": "16", "KHOJ_LITE_CHAT_CONTEXT_TOKENS": "4096",
    }  # fmt: skip
    with Daemon(folder / "home", model_folder, [folder / "vault"], **settings) as running:
        running.settle()
        for seed, name in enumerate(("one", "two", "three"), 1):
            file = made_adapter(quoting_gguf, folder / f"{name}.gguf", name, seed)
            made = running.http.post("/adapters/import", json={"path": str(file)})
            assert made.json()["imported"] == name, made.text
        yield running


@pytest.fixture
def api(daemon: Daemon) -> Iterator[httpx.Client]:
    """The daemon, with no adapter in use before and after."""
    daemon.http.post("/adapters/none")
    yield daemon.http
    daemon.http.post("/adapters/none")


def weighted(**adapters: float) -> list[dict[str, Any]]:
    return [{"id": id, "weight": weight} for id, weight in adapters.items()]


def ask(api: httpx.Client, **more: object) -> dict[str, Any]:
    """The `done` of an answer, with the conversation's id."""
    body = {"message": "What do the notes say about the blue flower pot", **more}
    with api.stream("POST", "/chat", json=body, timeout=180) as answer:
        if answer.status_code != 200:
            answer.read()
            error: dict[str, Any] = answer.json()["error"]
            return error
        events = [json.loads(line) for line in answer.iter_lines()]
    assert events[-1]["event"] == "done", events[-1]
    return {**events[-1], "conversation": events[0]["id"]}


def test_several_are_used_together_and_listed_with_their_weights(api: httpx.Client) -> None:
    listed = api.post("/adapters/use", json={"adapters": weighted(two=0.7, one=0.25)}).json()

    assert listed["uses"] == weighted(two=0.7, one=0.25)
    assert listed["in_use"] == "two"
    seen = {each["id"]: (each["state"], each["weight"]) for each in listed["adapters"]}
    assert seen["one"] == ("in use", 0.25)
    assert seen["two"] == ("in use", 0.7)
    assert seen["three"][1] is None
    done = ask(api)
    assert done["adapters"] == weighted(two=0.7, one=0.25)
    assert done["adapter"] == "two+one"


def test_a_question_can_name_others_or_none(api: httpx.Client) -> None:
    api.post("/adapters/one/use")

    assert ask(api, adapters=weighted(two=0.5, three=2.0))["adapters"] == weighted(
        two=0.5, three=2.0
    )
    assert ask(api, adapter="three")["adapters"] == weighted(three=1.0)
    assert ask(api, adapters=[])["adapters"] == []
    assert ask(api)["adapters"] == weighted(one=1.0)


def test_a_conversation_has_its_own(api: httpx.Client) -> None:
    api.post("/adapters/one/use")
    conversation = ask(api)["conversation"]
    place = f"/conversations/{conversation}/adapters"
    assert api.get(place).json() == {"adapters": None}

    kept = api.put(place, json={"adapters": weighted(two=0.5)})

    assert kept.json() == {"adapters": weighted(two=0.5)}
    assert ask(api, conversation_id=conversation)["adapters"] == weighted(two=0.5)
    assert ask(api)["adapters"] == weighted(one=1.0)
    api.put(place, json={"adapters": []})
    assert api.get(place).json() == {"adapters": []}
    assert ask(api, conversation_id=conversation)["adapters"] == []
    api.put(place, json={"adapters": None})
    assert ask(api, conversation_id=conversation)["adapters"] == weighted(one=1.0)


def test_an_unknown_conversation_is_not_found(api: httpx.Client) -> None:
    assert api.get("/conversations/none/adapters").status_code == 404
    assert api.put("/conversations/none/adapters", json={"adapters": []}).status_code == 404


@pytest.mark.parametrize(
    ("adapters", "said"),
    [
        ([{"id": "one"}, {"id": "nobody"}], "no adapter 'nobody'"),
        ([{"id": "one"}, {"id": "one", "weight": 0.5}], "named twice"),
        ([{"id": "one", "weight": 0}], "greater than 0"),
        ([{"id": "one", "weight": 1e9}], "less than or equal"),
        ([{"id": f"a{n}"} for n in range(9)], "at most 8 items"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_reason(
    api: httpx.Client, adapters: list[dict[str, Any]], said: str
) -> None:
    refused = api.post("/adapters/use", json={"adapters": adapters})

    assert refused.status_code in (400, 404)
    assert said in refused.json()["error"]["message"]
    assert api.get("/adapters").json()["uses"] == []


def test_one_and_several_cannot_both_be_named(api: httpx.Client) -> None:
    refused = ask(api, adapter="one", adapters=weighted(two=1.0))

    assert refused["code"] == "usage"
    assert "cannot both be given" in refused["message"]


def test_an_adapter_of_another_model_is_refused(
    api: httpx.Client, quoting_gguf: Path, tmp_path: Path
) -> None:
    file = made_adapter(quoting_gguf, tmp_path / "b.gguf", "stranger", base_hash="ab" * 32)

    refused = api.post("/adapters/import", json={"path": str(file)})

    assert refused.status_code == 400
    assert "was made for" in refused.json()["error"]["message"]


def test_one_adapter_shows_its_card(api: httpx.Client) -> None:
    shown = api.get("/adapters/one").json()

    assert (shown["card"]["id"], shown["card"]["rank"], shown["card"]["alpha"]) == ("one", 4, 8.0)
    assert shown["card"]["base_hash"] == shown["base_hash"]
    assert (shown["here"], shown["gone"], shown["saw"]) == (True, [], 0)
    assert api.get("/adapters/nobody").status_code == 404


def test_one_whose_file_is_gone_is_left_out_and_refused_by_name(
    api: httpx.Client, daemon: Daemon, quoting_gguf: Path, tmp_path: Path
) -> None:
    file = made_adapter(quoting_gguf, tmp_path / "gone.gguf", "gone", 7)
    api.post("/adapters/import", json={"path": str(file)})
    api.post("/adapters/use", json={"adapters": weighted(gone=1.0, two=0.5)})
    (daemon.home / "adapters" / "gone.gguf").unlink()

    assert ask(api)["adapters"] == weighted(two=0.5)
    assert ask(api, adapter="gone")["message"] == "the file of the adapter gone is gone"
    shown = api.get("/adapters/gone").json()
    assert (shown["here"], shown["card"]) == (False, None)
    assert api.delete("/adapters/gone?in_use=true").status_code == 200


def test_an_adapter_in_use_is_only_removed_when_that_is_said(
    api: httpx.Client, daemon: Daemon, quoting_gguf: Path, tmp_path: Path
) -> None:
    file = made_adapter(quoting_gguf, tmp_path / "last.gguf", "last", 9)
    api.post("/adapters/import", json={"path": str(file)})
    api.post("/adapters/use", json={"adapters": weighted(last=1.0)})
    api.post("/adapters/use", json={"adapters": weighted(one=0.5, last=0.5)})

    refused = api.delete("/adapters/last")
    assert refused.status_code == 400
    assert "is in use" in refused.json()["error"]["message"]
    removed = api.delete("/adapters/last?in_use=true").json()

    assert removed["uses"] == weighted(one=0.5)
    assert "last" not in [each["id"] for each in removed["adapters"]]
    assert not (daemon.home / "adapters" / "last.gguf").exists()
    back = api.post("/adapters/rollback").json()["uses"]
    assert "last" not in [each["id"] for each in back]  # the way back leads past it


def test_with_nothing_gone_there_is_nothing_to_forget(api: httpx.Client, daemon: Daemon) -> None:
    job = daemon.finished(api.post("/adapters/forget").json()["id"])

    assert job["state"] == "done", job
    assert job["result"]["training"] == "not needed"
    assert job["result"]["adapters"] == []
    assert job["result"]["message"] == "Nothing has learned from a note that is gone."


def test_a_training_has_a_page_that_may_do_nothing_and_a_picture(
    api: httpx.Client, daemon: Daemon
) -> None:
    runs = Runs(daemon.home / "train" / "runs")
    record = runs.new()
    record.state, record.model = "rejected", "<script>alert(1)</script>"
    runs.save(record)
    for step in (1, 2, 3):
        runs.add_event(record.id, {"event": "step", "step": step, "loss": 3.0 - step})

    page = api.get(f"/train/runs/{record.id}/report")
    picture = api.get(f"/train/runs/{record.id}/curves.png")

    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src")
    assert "<script" not in page.text
    assert picture.headers["content-type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")
    assert "curves" in api.get(f"/train/runs/{record.id}").json()["files"]


def test_a_training_that_nobody_is_at_work_on_is_shown_as_interrupted(
    api: httpx.Client, daemon: Daemon
) -> None:
    runs = Runs(daemon.home / "train" / "runs")
    record = runs.new()  # it says "running", as one does whose process was killed

    (listed,) = [run for run in api.get("/train/runs").json()["runs"] if run["id"] == record.id]

    assert (listed["state"], listed["error"]["code"]) == ("interrupted", "interrupted")


def test_no_training_runs_that_could_be_stopped(api: httpx.Client) -> None:
    assert api.post("/train/stop").json() == {"stopped": False}
    assert api.get("/train/runs/none/report").status_code == 404
    assert api.get("/train/runs/none/curves.png").status_code == 404
