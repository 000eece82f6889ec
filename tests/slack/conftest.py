"""A Zadig to choose from, and a Slack client that treats modals as Slack's own does."""

import json
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.domain.choices import Choices
from bot.domain.models import Container, Environment, Kind, Project, Registry, Service
from bot.domain.requests import FieldError
from bot.sandbox.slack.blockkit import check_view
from bot.slack.create.defaults import offering
from bot.slack.create.exceptions_as_text import as_text, read_areas, read_exceptions
from bot.slack.create.exceptions_form import accepted, opened, problems_of, read_page, searched
from bot.slack.create.exceptions_view import image_lines, image_tags
from bot.slack.create.reading import CreateForm, needs_choices, read_state
from bot.slack.create.view import create_version, options
from bot.store import open_store
from tests.journeys.living import Later, serving
from tests.slack.drawn import drawn
from tests.slack.served import Slack, slack_of
from tests.slack.staffed import Staffed, staffed

VIEW_BYTES = 250_000


class Catalog:
    """Builds what Zadig offers. Names in `unreadable` are answered with None."""

    projects = (
        Project(key="shop", name="Web shop", kind=Kind.K8S),
        Project(key="charts", name="charts", kind=Kind.HELM),
        Project(key="hosts", name="Hosts", kind=None),
    )
    environments = (
        Environment(key="dev", name="dev", production=False, registry_id="r2"),
        Environment(key="prod", name="Production", production=True),
    )
    registries = (
        Registry(id="r1", address="https://registry.example.com", namespace="prod", default=True),
        Registry(id="r2", address="https://dev.example.com/"),
    )

    @staticmethod
    def services(count: int, *, name: str = "service", containers: int = 1) -> tuple[Service, ...]:
        return tuple(
            Service(
                name=f"{name}{number}",
                containers=tuple(
                    Container(
                        name=f"app{index}",
                        image=f"dev.example.com/n/image{number}:1.{index}",
                        image_name=f"image{number}",
                    )
                    for index in range(containers)
                ),
            )
            for number in range(count)
        )

    def choices(
        self, services: tuple[Service, ...] | None, unreadable: frozenset[str] = frozenset()
    ) -> Choices:
        return Choices(
            environments=None if "environments" in unreadable else self.environments,
            services=None if "services" in unreadable else services,
            registries=None if "registries" in unreadable else self.registries,
            chart_repositories=None if "chart_repositories" in unreadable else ("main", "edge"),
            names=("v1",),
        )

    def form(
        self,
        project: str = "shop",
        environment: str = "dev",
        services: tuple[Service, ...] | int = 3,
        unreadable: frozenset[str] = frozenset(),
        **typed: Any,
    ) -> CreateForm:
        """A form on which project and environment are chosen already."""
        if isinstance(services, int):
            services = self.services(services)
        kind = Kind.HELM if project == "charts" else Kind.K8S
        form = CreateForm(project=project, environment=environment, kind=kind, **typed)
        form = form.offering_projects(None if "projects" in unreadable else self.projects)
        return offering(form, self.choices(services, unreadable))


class Client:
    """A modal on somebody's screen: what is typed stays while block id, action id and type stay the same."""

    def __init__(self) -> None:
        self.view: dict[str, Any] = {}
        self.state: dict[tuple[str, str, str], Any] = {}
        self.suggest: Callable[[str, str], list[dict[str, Any]]] = lambda _block, _typed: []

    def show(self, view: dict[str, Any]) -> None:
        """Slack would take it; inputs that were not there before get their initial value."""
        assert check_view(view) == []
        assert len(json.dumps(view)) < VIEW_BYTES
        before, self.view, self.state = self.state, view, {}
        for block in self._inputs():
            key = self._key(block)
            self.state[key] = before.get(key, self._initial(block["element"]))

    def _inputs(self) -> Iterator[dict[str, Any]]:
        return (block for block in self.view["blocks"] if block["type"] == "input")

    @staticmethod
    def _key(block: dict[str, Any]) -> tuple[str, str, str]:
        return block["block_id"], block["element"]["action_id"], block["element"]["type"]

    @staticmethod
    def _initial(element: dict[str, Any]) -> Any:
        if element["type"] == "plain_text_input":
            return element.get("initial_value")
        many = element["type"].startswith("multi") or element["type"] == "checkboxes"
        return element.get("initial_options", []) if many else element.get("initial_option")

    @property
    def inputs(self) -> list[str]:
        return [block["block_id"] for block in self._inputs()]

    def block(self, block_id: str) -> dict[str, Any]:
        return next(block for block in self._inputs() if block["block_id"] == block_id)

    def offered(self, block_id: str, typed: str = "") -> list[dict[str, Any]]:
        """What the select shows, sent along or asked for."""
        element = self.block(block_id)["element"]
        if "external" in element["type"]:
            return self.suggest(block_id, typed)
        groups = element.get("option_groups", [element])
        return [option for group in groups for option in group["options"]]

    def put(self, block_id: str, value: Any) -> None:
        """Type a text, or choose by the values of options, which must be on offer."""
        block = self.block(block_id)
        if block["element"]["type"] != "plain_text_input":
            wanted = [value] if isinstance(value, str) else list(value)
            found = [self._find(block_id, one) for one in wanted]
            value = found[0] if isinstance(value, str) else found
        elif value == "":
            value = None
        self.state[self._key(block)] = value

    def clear(self, block_id: str) -> None:
        block = self.block(block_id)
        self.state[self._key(block)] = [] if isinstance(self.state[self._key(block)], list) else None

    def _find(self, block_id: str, value: str) -> dict[str, Any]:
        """The option of this value, as a person finds it: by looking, else by typing its beginning."""
        shown = [*self.offered(block_id), *self.offered(block_id, value)]
        return next(option for option in shown if option["value"] == value)

    @property
    def values(self) -> dict[str, dict[str, dict[str, Any]]]:
        """Slack's `view.state.values`."""
        values: dict[str, dict[str, dict[str, Any]]] = {}
        for (block_id, action_id, kind), value in self.state.items():
            if kind == "plain_text_input":
                element = {"type": kind, "value": value}
            elif isinstance(value, list):
                element = {"type": kind, "selected_options": value}
            else:
                element = {"type": kind, "selected_option": value}
            values[block_id] = {action_id: element}
        return values

    def buttons(self) -> dict[str, dict[str, Any]]:
        """The buttons by action id, of rows and beside texts."""
        found = [one for block in self.view["blocks"] for one in block.get("elements", [])]
        found += [block["accessory"] for block in self.view["blocks"] if "accessory" in block]
        return {one["action_id"]: one for one in found if one["type"] == "button"}

    def shown(self) -> str:
        """All text that is not an input, one after another."""
        blocks = [
            block for block in self.view["blocks"] if block["type"] in ("section", "context", "rich_text")
        ]
        texts = [block.get("text") or block["elements"] for block in blocks]
        return "\n".join(drawn(texts))


class CreateClient(Client):
    """Somebody in front of the form that creates a version, with the bot and Zadig behind it."""

    def __init__(
        self, form: CreateForm, choices: Callable[[CreateForm], CreateForm] = lambda form: form
    ) -> None:
        super().__init__()
        self.form = form
        self.choices = choices
        self.suggest = lambda block_id, typed: options(self.form, block_id, typed)
        self.draw()

    def draw(self) -> None:
        self.show(create_version(self.form, draft="d"))

    def read(self) -> CreateForm:
        return read_state(self.form, self.values)

    def change(self, block_id: str, value: Any) -> None:
        """Like `put`, and the form is drawn anew if the input tells of changes."""
        self.put(block_id, value)
        if self.block(block_id).get("dispatch_action"):
            self.redraw()

    def redraw(self) -> None:
        after = self.read()
        self.form = self.choices(after) if needs_choices(self.form, after) else after
        self.form = CreateForm.model_validate_json(self.form.model_dump_json())
        self.draw()


class TagsClient(Client):
    """The same person in the view over the form, where images and charts have tags and versions of their own."""

    def __init__(self, below: CreateClient) -> None:
        super().__init__()
        self.below = below
        self.form = opened(below.read())
        self.page, self.search = 1, ""
        self.draw()

    def draw(self) -> None:
        self.form = CreateForm.model_validate_json(self.form.model_dump_json())
        self.show(image_tags(self.form, draft="d", page=self.page, search=self.search))

    def turn(self, page: int) -> None:
        """Previous or Next: what was typed here goes along."""
        self.form = read_page(self.form, self.values)
        self.page = page
        self.draw()

    def find(self, text: str) -> None:
        self.put("search", text)
        self.search = searched(self.values)
        self.turn(1)

    def keep(self) -> CreateForm:
        """Submit: back to the form."""
        self.form = read_page(self.form, self.values)
        assert problems_of(self.form) == ()
        return self._back(accepted(self.form))

    def as_text(self) -> str:
        """Edit as text; what stands there then."""
        self.form = as_text(read_page(self.form, self.values))
        self.show(image_lines(self.form, draft="d"))
        return "\n".join(self.block(block)["element"].get("initial_value", "") for block in self.inputs)

    def keep_text(self) -> tuple[CreateForm, tuple[FieldError, ...]]:
        """Submit the text: back to the form, or the mistakes."""
        self.form = read_areas(self.form, self.values)
        form, problems = read_exceptions(self.form)
        return (self.form, problems) if problems else (self._back(accepted(form)), ())

    def one_by_one(self) -> None:
        self.form, problems = read_exceptions(read_areas(self.form, self.values))
        assert problems == ()
        self.draw()

    def _back(self, form: CreateForm) -> CreateForm:
        self.below.form = form
        self.below.draw()
        return self.below.read()


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return Catalog()


@pytest.fixture(scope="session")
def client() -> type[Client]:
    return Client


@pytest.fixture(scope="session")
def create_client() -> type[CreateClient]:
    return CreateClient


@pytest.fixture(scope="session")
def tags_client() -> type[TagsClient]:
    return TagsClient


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def port() -> AsyncIterator[tuple[str, Later]]:
    """One port for all tests, and the door to what stands behind it."""
    door = Later()
    async with serving(door) as address:
        yield address, door


@pytest_asyncio.fixture(loop_scope="session")
async def slack(port: tuple[str, Later]) -> AsyncIterator[Slack]:
    """A fresh workspace on a socket; its tests run in the session's event loop."""
    async with slack_of(*port) as slack:
        yield slack


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database with all its tables, to be copied."""
    path = tmp_path_factory.mktemp("database") / "bot.sqlite3"
    async with open_store(f"sqlite+aiosqlite:///{path}"):
        return path


@pytest.fixture
def database(migrated: Path, tmp_path: Path) -> str:
    """The address of an empty database of one's own."""
    return f"sqlite+aiosqlite:///{shutil.copy(migrated, tmp_path / 'bot.sqlite3')}"


@pytest_asyncio.fixture(loop_scope="session")
async def bot(port: tuple[str, Later], database: str) -> AsyncIterator[Staffed]:
    """The bot's Slack side at work; its tests run in the session's event loop."""
    async with staffed(*port, database) as bot:
        yield bot
