"""What a new version is made of, in the form that creates it: its services, and which images are not copied."""

from collections.abc import Iterator, Sequence
from types import MappingProxyType

from bot.domain.models import Kind
from bot.domain.requests import Field
from bot.slack.create.constants import SCOPE, Scope
from bot.slack.create.field_rows import frame_of
from bot.slack.create.form import CreateForm
from bot.slack.create.scope import left_out_before, listed, listed_images, stayed_before
from bot.slack.create.view_choices import choices_of, value_of
from bot.slack.forms.state import OPTIONS
from bot.slack.ids import Click
from bot.slack.text import code
from bot.slack.views.blocks import Block, button, section
from bot.slack.views.inputs import UNREADABLE, Choice, multi_select, radio, text_input

SHOWN = 5
NAME = 60
_TYPED_IMAGES = "One image per line: service/container image:tag, with nocopy at the end if it is not to be copied. Without a tag it uses the one below."
_TYPED_CHARTS = (
    "One chart per line: service chart-version. For its images: service/container image:tag, with nocopy at the end of those"
    " not to be copied."
)


def services(form: CreateForm) -> Block:
    if form.choices.services is None:
        helm = form.kind is Kind.HELM
        frame = frame_of(
            form,
            Field.SERVICES,
            "Services",
            hint=f"{UNREADABLE} {_TYPED_CHARTS if helm else _TYPED_IMAGES}",
            placeholder="cart 1.4.0" if helm else "cart/app cart:1.4.0",
            while_typing=True,
        )
        return text_input(frame, form.service_lines, multiline=True)
    label, optional = ("Services", False) if form.tickable else _SELECTS[form.wanted_scope]
    frame = frame_of(
        form, Field.SERVICES, label, placeholder="Choose services", optional=optional, dispatch=True
    )
    return multi_select(
        frame, choices_of(form, Field.SERVICES), [value_of(name) for name in listed(form)], most=OPTIONS
    )


# What stands over the select of many services, and whether it may stay empty.
_SELECTS = MappingProxyType(
    {
        Scope.ALL: ("Only these services", True),
        Scope.KEPT: ("Only these services", True),
        Scope.ONLY: ("Only these services", False),
        Scope.EXCEPT: ("Services to leave out", True),
    }
)


def scope(form: CreateForm) -> Block:
    """Asked where there are more services than a select shows as chosen."""
    choices = [
        Choice(value=Scope.ALL, label=f"All {len(form.offered_services)} services"),
        *([Choice(value=Scope.KEPT, label=_kept(form))] if form.kept_services else []),
        Choice(value=Scope.ONLY, label="Only these"),
        Choice(value=Scope.EXCEPT, label="All except these"),
    ]
    return radio(frame_of(form, SCOPE, "Services", dispatch=True), choices, form.wanted_scope)


def _kept(form: CreateForm) -> str:
    count = len(form.kept_services)
    return f"The {count} services of {form.template.name}" if form.template else f"The {count} chosen so far"


def left_out_again(form: CreateForm) -> Iterator[Block]:
    """What the last version was made without; one click leaves it out of this one too."""
    if names := left_out_before(form):
        it = "it" if len(names) == 1 else "them"
        yield _offer(form, names, "left out of", f"Leave {it} out again", "services")


def not_copied_again(form: CreateForm) -> Iterator[Block]:
    """The images that were not copied for the last version, in the same way."""
    if names := stayed_before(form):
        yield _offer(
            form, names, "not copied for", "Don't copy them" if len(names) > 1 else "Don't copy it", "images"
        )


def _offer(form: CreateForm, names: Sequence[str], done: str, label: str, what: str) -> Block:
    version = code(form.habits.name) if form.habits and form.habits.name else "the last version"
    shown = ", ".join(code(name, NAME) for name in names[:SHOWN])
    shown += f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    verb = "was" if len(names) == 1 else "were"
    offer = button(label, f"{Click.AS_LAST_TIME}.{what}", what)
    return section(f"{shown} {verb} {done} {version}.", accessory=offer)


_FOREIGN = (
    "They are recorded in the version but stay where they are. Images from registries that Zadig does not integrate are"
    " preselected: it refuses to copy them."
)
_HELM_COPIES = MappingProxyType(
    {
        True: _FOREIGN,
        False: "This Zadig cannot copy the images of Helm versions through its API, so only the charts are pushed.",
        None: (
            "Zadig 3.1 to 3.4.1 cannot copy the images of Helm versions through its API, so only the charts are pushed."
            " With any other Zadig, remove All images to have them copied."
        ),
    }
)


def not_copied(form: CreateForm) -> Block:
    frame = frame_of(
        form,
        Field.NOT_COPIED,
        "Images that are not copied",
        hint=_HELM_COPIES[form.choices.copies_helm_images] if form.kind is Kind.HELM else _FOREIGN,
        placeholder="None",
        optional=True,
        dispatch=True,
    )
    initial = [value_of(name) for name in listed_images(form)]
    return multi_select(frame, choices_of(form, Field.NOT_COPIED), initial, most=OPTIONS)
