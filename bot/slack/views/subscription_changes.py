"""What a channel hears was changed: told in the channel with a way back, and asked about before outsiders read along."""

from bot.domain.notifications import SubscriptionChanged
from bot.domain.watching import Subscription
from bot.slack.ids import Click
from bot.slack.metadata import Wish
from bot.slack.views import rich
from bot.slack.views.blocks import BUTTON_VALUE, Block, Message, actions, button, context, say, section
from bot.slack.views.links import Links
from bot.slack.views.rich import Piece, bold, emoji, link, marked, user


def subscription_changed(told: SubscriptionChanged, *, links: Links) -> Message:
    """Seen by the whole channel. What has been undone says by whom, and cannot be undone again.

    Where the rules have ended it, the channel may not hear of the project any more, not even its name.
    """
    if not told.by:
        return _ended()
    undone: list[list[Piece]] = [["Undone by ", user(told.undone_by), "."]] if told.undone_by else []
    undo = [] if undone else [button("Undo", Click.UNDO_SUBSCRIPTION, told.change, spoken=_spoken(told))]
    return say(
        marked(*_sentence(told, bold(told.project))),
        rich.told(
            [emoji(":bell:"), " ", *_sentence(told, link(links.project(told.project), told.project))], *undone
        ),
        *actions(undo),
    )


def _ended() -> Message:
    sentence = "A subscription of this channel has ended: the access rules no longer allow this channel to hear about the project."
    how = "The people who run the bot know which one; `subscriptions` lists the others."
    return say(f"{sentence} {how}", section(f":no_bell: {sentence}"), context(how))


def confirm_outsiders(wish: Wish, *, certain: bool) -> Message:
    """Asks one person before a channel is subscribed that is shared, or may be if not `certain`, with another company."""
    shared = "This channel is shared with another workspace."
    unknown = "Slack doesn't say whether this channel is shared with another workspace."
    why, people = (shared, "People there") if certain else (unknown, "If it is, people there")
    what: list[Piece] = [
        f"{people} will see every notification about ",
        bold(wish.project),
        " that is posted here.",
    ]
    packed = wish.pack()
    confirm = button("Subscribe anyway", Click.CONFIRM_SUBSCRIPTION, packed, style="danger")
    return say(
        marked(f"{why} ", *what),
        rich.told([emoji(":warning:"), f" {why}"], what),
        *actions([confirm] if len(packed) <= BUTTON_VALUE else []),
        context("Nothing has changed yet. To keep it that way, ignore this message."),
    )


def undone(told: SubscriptionChanged) -> Message:
    """The answer to the person who clicked Undo; the channel is told beside it."""
    sentence: list[Piece] = ["Undone: ", *_standing(told, bold(told.project)), "."]
    return say(marked(*sentence), rich.told([emoji(":leftwards_arrow_with_hook:"), " ", *sentence]))


def _sentence(told: SubscriptionChanged, project: Block) -> list[Piece]:
    who = user(told.by)
    if told.undoes:
        return [who, " undid a change: ", *_standing(told, project), "."]
    if told.after is None:
        return [who, " unsubscribed this channel from ", project, "."]
    if told.before is None:
        return [who, " subscribed this channel to ", project, f"{_filters(told.after)}."]
    now, then = settings(told.after), settings(told.before)
    if now == then:
        return [who, " renewed this channel's subscription to ", project, f"{_filters(told.after)}."]
    return [who, " changed this channel's subscription to ", project, f": {now} (before: {then})."]


def _standing(told: SubscriptionChanged, project: Block) -> list[Piece]:
    if told.after is None:
        return ["this channel is no longer subscribed to ", project]
    again = "again " if told.before is None else ""
    return [f"this channel is {again}subscribed to ", project, f", with {settings(told.after)}"]


def settings(one: Subscription) -> str:
    """What a channel gets of a project, in a few words."""
    what = "failures only" if one.only_failures else "every outcome"
    place = " in the card's thread" if one.in_thread and one.cards else ""
    return f"{what}{place}{'' if one.cards else ', no cards'}"


def _filters(one: Subscription) -> str:
    """What was asked for beyond the usual."""
    usual = not one.only_failures and not one.in_thread and one.cards
    return "" if usual else f" ({settings(one)})"


def _spoken(told: SubscriptionChanged) -> str:
    return f"Undo the change to {told.project}"
