"""The views on people's screens: a stack of at most three modals and a Home tab each."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from bot.sandbox.clock import Clock
from bot.sandbox.slack import elements, screen
from bot.sandbox.slack.blockkit import api_errors, check_view
from bot.sandbox.slack.errors import ApiError
from bot.sandbox.slack.ids import Ids
from bot.sandbox.slack.model import Json, View
from bot.sandbox.slack.normalising import stored_view
from bot.sandbox.slack.stream import Stream

MAX_MODALS = 3
MAX_REMEMBERED = 1_000
"""Suggested options, newest first, that an external select's choice is looked up in."""


def invalid_view(*messages: str) -> ApiError:
    """Slack's answer to a view that it cannot show; each message is `text [json-pointer:/view/…]`."""
    return ApiError(
        "invalid_arguments", response_metadata={"messages": [f"[ERROR] {each}" for each in messages]}
    )


NOT_THE_ROOTS_TYPE = "must match the `type` of the root view whose stack we're pushing onto"


def checked(view: object, type: str, reason: str = "must be a valid enum value") -> Json:  # noqa: A002 - Slack's own name
    """The view if it is valid and of this type; ApiError(invalid_arguments, view_too_large) as Slack answers.

    `reason` is what a view of another type is told.
    """
    if problems := check_view(view):
        code, _, messages = api_errors(problems, "views")
        raise ApiError(code, response_metadata={"messages": messages})
    if not isinstance(view, dict) or view.get("type") != type:
        raise invalid_view(f"{reason} [json-pointer:/view/type]")
    return view


class Views:
    """All views of the workspace; every change gives the changed view a new hash and shows it."""

    def __init__(self, clock: Clock, ids: Ids, stream: Stream) -> None:
        self._clock = clock
        self._ids = ids
        self._stream = stream
        self._stacks: defaultdict[str, list[View]] = defaultdict(list)
        self._homes: dict[str, View] = {}
        self._suggested: dict[tuple[str, str, str], list[Json]] = {}

    def stack(self, user: str) -> list[View]:
        """This person's modals, bottom first."""
        return list(self._stacks[user])

    def home(self, user: str) -> View | None:
        return self._homes.get(user)

    def top(self, user: str) -> View | None:
        return self._stacks[user][-1] if self._stacks[user] else None

    def open_ones(self) -> Iterator[View]:
        yield from self._homes.values()
        for stack in list(self._stacks.values()):
            yield from stack

    def find(self, view_id: str | None, external_id: str | None = None) -> View:
        """The open view of this id; ApiError(not_found) otherwise."""
        for view in self.open_ones():
            if view.id == view_id or (external_id and view.external_id == external_id):
                return view
        raise ApiError("not_found")

    def open(self, user: str, content: Json, *, opened_in: str | None = None) -> View:
        """A new modal in place of whatever this person has open; `opened_in` is the channel they are in."""
        self._check_external_id(content, self._stacks[user])
        self._stacks[user] = []
        return self._add(user, content, opened_in)

    def push(self, user: str, content: Json) -> View:
        """A new modal on top. Slack: push_limit_reached beyond three, not_found if no modal is open."""
        if not self._stacks[user]:
            raise ApiError("not_found")
        if len(self._stacks[user]) >= MAX_MODALS:
            raise ApiError("push_limit_reached")
        self._check_external_id(content, [])
        return self._add(user, content, self._stacks[user][0].opened_in)

    def update(self, view: View, content: Json, *, expected_hash: str | None = None) -> View:
        """Replaces what the view shows; what was typed stays where block_id and action_id stay."""
        if expected_hash and expected_hash != view.hash:
            raise ApiError("hash_conflict")
        self._check_external_id(content, [view])
        view.content = stored_view(content, self._ids)
        view.values = elements.state_of(view.blocks, view.values, view.opened_in)
        view.errors = {}
        self._changed(view)
        return view

    def publish(self, user: str, content: Json, *, expected_hash: str | None = None) -> View:
        """Sets this person's Home tab."""
        view = self._homes.get(user)
        if view is not None:
            return self.update(view, content, expected_hash=expected_hash)
        if expected_hash:
            raise ApiError("hash_conflict")
        self._check_external_id(content, [])
        view = self._homes[user] = self._made(user, content, None)
        self.show(view)
        return view

    def close(self, view: View) -> None:
        """Takes one modal away, and those above it."""
        stack = self._stacks[view.user]
        self._stacks[view.user] = stack[: stack.index(view)] if view in stack else stack
        self.show(view)

    def clear(self, user: str) -> None:
        """Takes all of this person's modals away."""
        self._stacks[user] = []
        self.show_stack(user)

    def put(self, view: View, block_id: str, action_id: str, entry: Json) -> None:
        """Keeps what a user typed or chose; the view's hash stays, since the app has not changed it."""
        view.values.setdefault(block_id, {})[action_id] = entry
        view.errors.pop(block_id, None)
        self.show(view)

    def refuse(self, view: View, errors: dict[str, str]) -> None:
        """Shows errors under inputs."""
        view.errors = errors
        self.show(view)

    def suggest(self, holder: str, block_id: str, action_id: str, options: Sequence[Json]) -> None:
        """Remembers what an app has offered for an external select; `holder` names where it stands."""
        known = self._suggested.get((holder, block_id, action_id), [])
        self._suggested[holder, block_id, action_id] = [*options, *known][:MAX_REMEMBERED]

    def suggested(self, holder: str, block_id: str, action_id: str) -> list[Json]:
        return self._suggested.get((holder, block_id, action_id), [])

    def show(self, view: View) -> None:
        if view.type == "modal":
            self.show_stack(view.user)
        else:
            self._stream.publish("home", to=[view.user].__contains__, view=screen.view(view))

    def show_stack(self, user: str) -> None:
        shown = [screen.view(view) for view in self._stacks[user]]
        self._stream.publish("views", to=[user].__contains__, views=shown)

    def _add(self, user: str, content: Json, opened_in: str | None) -> View:
        stack = self._stacks[user]
        view = self._made(user, content, opened_in)
        if stack:
            view.root_view_id, view.previous_view_id = stack[0].id, stack[-1].id
        stack.append(view)
        self.show(view)
        return view

    def _made(self, user: str, content: Json, opened_in: str | None) -> View:
        stored = stored_view(content, self._ids)
        view_id = self._ids.next("V")
        return View(
            id=view_id,
            user=user,
            content=stored,
            hash=self._ids.hash(self._clock.now()),
            root_view_id=view_id,
            values=elements.state_of(stored["blocks"], current=opened_in),
            opened_in=opened_in,
        )

    def _changed(self, view: View) -> None:
        view.hash = self._ids.hash(self._clock.now())
        self.show(view)

    def _check_external_id(self, content: Json, own: list[View]) -> None:
        external_id = content.get("external_id")
        if external_id and any(
            view.external_id == external_id for view in self.open_ones() if view not in own
        ):
            raise ApiError("duplicate_external_id")
