"""`subscribe`, `unsubscribe` and `subscriptions`: what a channel hears about."""

from collections.abc import Mapping

from bot.domain.errors import BadInput, Refused
from bot.domain.meaning import folded, meant
from bot.domain.requests import FieldError
from bot.slack.context import Context, Feature, Subcommand
from bot.slack.ids import Click
from bot.slack.metadata import Wish
from bot.slack.offers import offer_projects, project_named
from bot.slack.payloads import Clicked, Typed
from bot.slack.views.pager import page_number
from bot.slack.views.subscription_changes import confirm_outsiders, undone
from bot.slack.views.subscriptions import page_clicked, subscribed, subscriptions, unsubscribed

# What can follow the project, and what it changes.
FILTERS: Mapping[str, Mapping[str, bool]] = {
    "failures": {"only_failures": True}, "thread": {"in_thread": True}, "nocards": {"cards": False},
}  # fmt: skip
# Other words for the same.
ALSO: Mapping[str, str] = {
    "fail": "failures", "failed": "failures", "failure": "failures", "threads": "thread", "nocard": "nocards",
}  # fmt: skip
# What cannot stand together, and why.
CONTRADICTIONS: Mapping[frozenset[str], str] = {
    frozenset({"thread", "nocards"}): "without cards there are no threads to put the outcomes in",
}


class NotAMember(Refused):
    """The bot cannot post in the channel."""

    remedy = "Invite it with `/invite @release-bot`, then subscribe again."


class NotInGroups(Refused):
    """A direct message of several people, to which no app can be added."""

    remedy = "Subscribe a channel instead, or follow one version with `watch`: you get its outcome by direct message."


async def run_subscribe(typed: Typed, words: tuple[str, ...], ctx: Context) -> None:
    """`subscribe project [failures] [thread] [nocards]`; a channel with one subscription need not name it to change it."""
    _must_be_possible(typed)
    filters = [word for word in map(_filter, words) if word]
    others = [word for word in words if not _filter(word)]
    project = await project_named(others, ctx, what="filter", among=FILTERS)
    project = project or (await ctx.services.subscriptions.only_project(typed.channel) if words else "")
    if not project:
        await offer_projects("subscribe", ctx, behind=" ".join(filters))
        return
    _must_agree(filters)
    wish = Wish(project=project)
    for one in filters:
        wish = wish.model_copy(update=FILTERS[one])
    await ctx.services.finder.as_meant(
        project, lambda key: _subscribe(wish.model_copy(update={"project": key}), ctx)
    )


async def _subscribe(wish: Wish, ctx: Context, *, confirmed: bool = False) -> None:
    """Once it is clear that the bot can post, and that outsiders who read along are meant to."""
    if await _may_post(wish, ctx, confirmed=confirmed):
        wanted = wish.subscription(channel=ctx.asked.channel, by=ctx.actor.user)
        before = await ctx.services.subscriptions.subscribe(wanted)
        await ctx.reply(subscribed(wanted, before=before, links=ctx.links), replace=confirmed)


async def _may_post(wish: Wish, ctx: Context, *, confirmed: bool) -> bool:
    """False if the user has been asked first whether outsiders may read it. Raises NotAMember and NotInGroups."""
    channel = ctx.asked.channel
    if not await ctx.slack_api.is_member(channel):
        if channel.startswith("D"):
            raise NotInGroups("The bot cannot be added to a conversation between people.")
        raise NotAMember("The bot is not in this channel, so it cannot post here.")
    if confirmed or channel.startswith("D"):
        return True
    shared = await ctx.slack_api.is_shared(channel)
    if shared is False:
        return True
    await ctx.services.subscriptions.must_subscribe(wish.project)
    await ctx.reply(confirm_outsiders(wish, certain=bool(shared)))
    return False


async def confirm(clicked: Clicked, ctx: Context) -> None:
    """Outsiders may read it."""
    wish = Wish.unpack(clicked.value)
    if wish.undo:
        await _undo(wish.undo, ctx, confirmed=True)
    else:
        await _subscribe(wish, ctx, confirmed=True)


async def undo(clicked: Clicked, ctx: Context) -> None:
    """An Undo button under a change that the channel was told of."""
    await _undo(clicked.value, ctx, confirmed=False)


async def _undo(change: str, ctx: Context, *, confirmed: bool) -> None:
    """What begins a subscription again is asked about like any other."""
    channel = ctx.asked.channel
    told = await ctx.services.subscriptions.undoable(change, channel=channel)
    if told.before and not await _may_post(Wish.of(told.before, undo=change), ctx, confirmed=confirmed):
        return
    back = await ctx.services.subscriptions.undo(change, channel=channel)
    await ctx.reply(undone(back), replace=confirmed)


def _filter(word: str) -> str:
    """The filter that a word means; empty if it means none."""
    form = folded(word).replace("-", "")
    return form if form in FILTERS else ALSO.get(form, "")


def _must_agree(filters: list[str]) -> None:
    for pair, why in CONTRADICTIONS.items():
        if pair <= set(filters):
            both = " and ".join(f"`{one}`" for one in FILTERS if one in pair)
            text = f"{both} contradict each other: {why}. Leave one of them out."
            raise BadInput((FieldError(field="filter", text=text),))


def _must_be_possible(typed: Typed) -> None:
    if typed.in_group_message:
        raise NotInGroups("A group direct message cannot be subscribed: apps cannot be added to it.")


async def run_unsubscribe(typed: Typed, words: tuple[str, ...], ctx: Context) -> None:
    """`unsubscribe [project]`; a channel with one subscription need not name it, one with several chooses."""
    _must_be_possible(typed)
    mine = [one.project for one in await ctx.services.subscriptions.subscriptions(typed.channel)]
    name = " ".join(words)
    if not name and len(mine) != 1:
        await _show(ctx)
        return
    (project,) = [await _among(mine, name, ctx)] if name else mine
    await ctx.services.subscriptions.unsubscribe(typed.channel, project)
    await ctx.reply(unsubscribed(project))


async def _among(mine: list[str], name: str, ctx: Context) -> str:
    alike = meant(name, mine)
    return alike[0] if len(alike) == 1 else await ctx.services.finder.named(name) or name


async def run_subscriptions(typed: Typed, _words: tuple[str, ...], ctx: Context) -> None:
    _must_be_possible(typed)
    await _show(ctx)


async def _show(ctx: Context, number: int = 1, *, in_place: bool = False) -> None:
    mine = await ctx.services.subscriptions.subscriptions(ctx.asked.channel)
    said = subscriptions(mine, links=ctx.links, command=ctx.command, number=number)
    await ctx.reply(said, replace=in_place)


async def turn(clicked: Clicked, ctx: Context) -> None:
    await _show(ctx, page_number(clicked.value), in_place=True)


async def end(clicked: Clicked, ctx: Context) -> None:
    """An Unsubscribe button of the list, which is then drawn again."""
    await ctx.services.subscriptions.unsubscribe(clicked.channel, clicked.value)
    await _show(ctx, page_clicked(clicked.block_id), in_place=True)


FEATURE = Feature(
    name="subscribe",
    subcommands=(
        Subcommand(
            word="subscribe",
            arguments="project [failures] [thread] [nocards]",
            summary="notify this channel about every version of a project",
            example="subscribe shop",
            run=run_subscribe,
            near=("follow", "notify", "join"),
        ),
        Subcommand(
            word="unsubscribe",
            arguments="[project]",
            summary="stop notifying this channel about a project",
            example="unsubscribe shop",
            run=run_unsubscribe,
            near=("unfollow", "mute", "leave", "stop"),
        ),
        Subcommand(
            word="subscriptions",
            arguments="",
            summary="what this channel is subscribed to",
            example="subscriptions",
            run=run_subscriptions,
            near=("following", "subscribed"),
        ),
    ),
    clicks={
        Click.UNSUBSCRIBE: end,
        Click.SUBSCRIPTIONS_PAGE: turn,
        Click.UNDO_SUBSCRIPTION: undo,
        Click.CONFIRM_SUBSCRIPTION: confirm,
    },
)
