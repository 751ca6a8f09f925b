"""Nothing leaves the machine: watched at the system calls, and tried with no network at all."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from server.daemon import environment

LOOPBACK = re.compile(r'sa_family=AF_INET6?, .*(inet_addr\("127\.|"::1"|"::ffff:127\.)')
TELEMETRY_SECONDS = 12
"""ONNX Runtime's telemetry, when it is not switched off, first calls 9 s after it was loaded."""
HARMLESS = ("AF_UNIX", "AF_UNSPEC", "AF_NETLINK")

EVERYTHING = """
set -e
khoj() { "$PYTHON" -m khoj_lite --home "$HOME_FOLDER" "$@"; }
khoj add "$VAULT"
khoj index --json
khoj search vegetables --json
khoj similar "$VAULT/house.md" --json
khoj chat --json "When did we move to Berlin?"
khoj status
"$PYTHON" -m khoj_lite --home "$HOME_FOLDER" serve --port 0 --no-open > "$HOME_FOLDER.out" 2>&1 &
daemon=$!
for attempt in $(seq 600); do [ -e "$HOME_FOLDER/daemon.json" ] && break; sleep 0.1; done
khoj search "what grows outside?" --json
khoj chat --json "When does the ferry leave?"
khoj index --json
sleep "$LINGER"
kill $daemon
wait $daemon
echo everything worked
"""


def script(tmp_path: Path, model_folder: Path, vault: Path, linger: int = 0) -> dict[str, str]:
    """The variables that EVERYTHING needs. `linger`: seconds that the daemon then goes on."""
    return environment(
        model_folder,
        LINGER=str(linger),
        HOME=str(tmp_path / "user"),
        XDG_CACHE_HOME=str(tmp_path / "user" / "cache"),
        PYTHON=sys.executable,
        HOME_FOLDER=str(tmp_path / "home"),
        VAULT=str(vault),
    )


def test_no_connection_but_to_this_machine(tmp_path: Path, model_folder: Path, vault: Path) -> None:
    trace = tmp_path / "trace"
    done = subprocess.run(
        ["strace", "-f", "-qq", "-e", "trace=connect,sendto,sendmsg", "-e", "signal=none",
         "-o", str(trace), "sh", "-c", EVERYTHING],
        env=script(tmp_path, model_folder, vault, linger=TELEMETRY_SECONDS),
        capture_output=True,
        text=True,
        timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("everything worked\n")
    calls = [line for line in trace.read_text().splitlines() if "sa_family=" in line]
    assert any(LOOPBACK.search(call) for call in calls), "the daemon was never called"
    strangers = [
        call
        for call in calls
        if not LOOPBACK.search(call) and not any(family in call for family in HARMLESS)
    ]
    assert not strangers
    assert not list((tmp_path / "user").rglob("*onnxruntime*")), "telemetry keeps a database"


def test_everything_works_without_a_network(
    tmp_path: Path, model_folder: Path, vault: Path
) -> None:
    """In a network namespace of its own, with no interface but loopback."""
    enter = ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-rn"]
    alone = 'ip link set lo up && [ "$(ip -o link | wc -l)" = 1 ]\n'
    done = subprocess.run(
        [*enter, "sh", "-c", alone + EVERYTHING],
        env=script(tmp_path, model_folder, vault),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("everything worked\n")
    assert "We moved to Berlin in 2019." in done.stdout
    assert "southern wall" in done.stdout
