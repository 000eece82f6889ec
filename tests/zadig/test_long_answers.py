"""What an answer of the wrong shape costs, and that nothing waits for it to be read."""

import asyncio
import traceback

import pytest

from bot.domain.errors import ReleaseBotError
from bot.zadig.calls import Call, Purpose
from bot.zadig.client import Client
from bot.zadig.wire import Identifier, Rows, Wire, reader
from tests.zadig.conftest import Reply
from tests.zadig.conftest import Wire as Scripted

LIST = Call(purpose=Purpose.LIST, path=("openapi", "list"))


class Row(Wire):
    id: Identifier
    name: Identifier


class Listing(Wire):
    rows: Rows[Row]


SHAPES = {"rows": (reader(Rows[Row]), "[{}]"), "listing": (reader(Listing), '{{"rows": [{}]}}')}
GOOD = '{"name": "v1", "id": "1"}'


ELEMENTS = ("1", '"hush"', "[]", "{}", '{"id": "hush"}')


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    ("element", "first"), [(element, first) for element in ELEMENTS for first in ((), (GOOD,))]
)
async def test_a_long_answer_of_the_wrong_shape_costs_no_more_than_reading_it(
    client: Client, wire: Scripted, shape: str, element: str, first: tuple[str, ...]
) -> None:
    """It took 19.5 s, 2.8 GiB and 414 MB of log: there was an error for each element, with what it was given."""
    read, form = SHAPES[shape]
    many = 4_800_000 // (len(element) + 1)
    wire.answers(Reply(content=form.format(",".join([*first, *[element] * many])).encode()))
    with pytest.raises(ReleaseBotError) as caught:
        await client.read(LIST, read)
    assert "expected form" in str(caught.value)
    shown = "".join(traceback.format_exception(caught.value))
    assert "hush" not in f"{caught.value}{shown}", "what is logged of a defect"
    assert len(str(caught.value)) + len(caught.value.raw) + len(shown) < 20_000


@pytest.mark.parametrize("status", [200, 500])
async def test_a_long_answer_is_read_beside_everything_else(
    client: Client, wire: Scripted, status: int
) -> None:
    rows = ",".join([GOOD] * 150_000)
    wire.answers(Reply(status=status, content=f"[{rows}]".encode()))
    turns = 0

    async def turn() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    turning = asyncio.create_task(turn())
    try:
        assert len(await client.read(LIST, reader(Rows[Row]))) == 150_000
    except ReleaseBotError:
        assert status == 500
    finally:
        turning.cancel()
    assert turns > 100
