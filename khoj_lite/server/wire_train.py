"""What travels about training."""

from __future__ import annotations

from pydantic import Field

from khoj_lite.server.wire import Wire


class TrainRequest(Wire):
    """The body of `POST /train`."""

    dry_run: bool = Field(
        description="Only show what would be learned, and what is left out and why. The job's"
        " result: `rows`, `counts`, `notes`, `shares`, `masked`, `left_out`, `samples`, `seed`."
    )
