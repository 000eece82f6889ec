"""What a channel hears was changed: told in the channel with a way back, and asked about before outsiders read along."""

from bot.domain.notifications import SubscriptionChanged
from bot.domain.watching import Subscription
from bot.slack.ids import Click
from bot.slack.metadata import Wish
from bot.slack.text import link, mention, phrase
from bot.slack.views.blocks import BUTTON_VALUE, actions, button, context, say, section
from bot.slack.views.links import Links
from bot.slack.views.said import Said


def subscription_changed(told: SubscriptionChanged, *, links: Links) -> Said:
    """Seen by the whole channel. What has been undone says by whom, and cannot be undone again.

    Where the rules have ended it, the channel may not hear of the project any more, not even its name.
    """
    if not told.by:
        return _ended()
    undone = [context(f"Undone by {mention(told.undone_by)}.")] if told.undone_by else []
    undo = [] if undone else [button("Undo", Click.UNDO_SUBSCRIPTION, told.change, spoken=_spoken(told))]
    return say(
        _sentence(told, phrase(told.project)),
        section(f":bell: {_sentence(told, f'*{link(links.project(told.project), told.project)}*')}"),
        *undone,
        *actions(undo),
    )


def _ended() -> Said:
    sentence = "A subscription of this channel has ended: the access rules no longer let this channel hear about that project."
    how = "Your operators know which one it was; `subscriptions` shows the others."
    return say(f"{sentence} {how}", section(f":no_bell: {sentence}"), context(how))


def confirm_outsiders(wish: Wish, *, certain: bool) -> Said:
    """Asks one person before a channel is subscribed that is shared, or may be if not `certain`, with another company."""
    project = phrase(wish.project)
    why = (
        "This channel is shared with another workspace."
        if certain
        else "Slack does not say whether this channel is shared with another workspace."
    )
    if_so = "" if certain else "If it is, "
    people = "People there" if certain else "people there"
    what = f"{if_so}{people} will read about every version of {project} that this channel is told of."
    packed = wish.pack()
    confirm = button("Subscribe anyway", Click.CONFIRM_SUBSCRIPTION, packed, style="danger")
    otherwise = context("Nothing has changed. If you do not want that, there is nothing to do.")
    if len(packed) > BUTTON_VALUE:
        return say(f"{why} {what}", section(f":warning: {why} {what}"), otherwise)
    return say(f"{why} {what}", section(f":warning: {why}\n{what}"), *actions([confirm]), otherwise)


def undone(told: SubscriptionChanged) -> Said:
    """The answer to the person who clicked Undo; the channel is told beside it."""
    sentence = f"Undone: {_standing(told, phrase(told.project))}."
    return say(sentence, section(f":leftwards_arrow_with_hook: {sentence}"))


def _sentence(told: SubscriptionChanged, project: str) -> str:
    who = mention(told.by)
    if told.undoes:
        return f"{who} undid a change: {_standing(told, project)}."
    if told.after is None:
        return f"{who} unsubscribed this channel from {project}."
    if told.before is None:
        return f"{who} subscribed this channel to {project}{_filters(told.after)}."
    now, then = settings(told.after), settings(told.before)
    if now == then:
        return f"{who} renewed this channel's subscription to {project}{_filters(told.after)}."
    return f"{who} changed this channel's subscription to {project}: {now} (before: {then})."


def _standing(told: SubscriptionChanged, project: str) -> str:
    if told.after is None:
        return f"this channel is no longer subscribed to {project}"
    again = "again " if told.before is None else ""
    return f"this channel is {again}subscribed to {project}, with {settings(told.after)}"


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
