"""The baseline of memory: holds what there is to remember of so many versions as objects, and does nothing else."""

import sys

from bot.domain.changes import Seen
from bot.domain.models import Kind, Progress, Status, Version
from tests.bench.measuring import resident_megabytes

SELF = "self"


def remembered(number: int) -> Seen:
    """One version, as a look would remember it."""
    version = Version(
        project=f"p{number // 5}",
        name=f"v{number % 5}",
        id=f"{number:024x}",
        kind=Kind.K8S,
        status=Status.CREATING,
        status_word="creating",
        created_at=1_700_000_000 + number,
        created_by="bench",
        description=f"What everybody has been waiting for since the release before {number}",
        progress=Progress(done=1, total=3, upload_status="uploading"),
    )
    return Seen(version=version, epoch=1, since=version.created_at, at=version.created_at)


if __name__ == "__main__":
    before = resident_megabytes(SELF)
    held = [remembered(number) for number in range(int(sys.argv[1]))]
    print(resident_megabytes(SELF) - before)  # noqa: T201 - whoever started it reads this
