"""What a channel hears is everybody's business: it is told who changed it, and can take it back."""

from bot.sandbox.slack.people import SHOP
from tests.journeys.living import Life, Person


async def hears(ada: Person, *texts: str) -> list[str]:
    """What the list says that the channel hears about, once it says all this."""
    await ada.types("/release subscriptions")
    return [(await ada.sees(*texts))["text"]]


async def test_a_channel_is_told_of_its_subscription_and_takes_it_back(ada: Person, grace: Person) -> None:
    await ada.types("/release subscribe shop failures")
    told = await grace.sees(f"<@{ada.user}> subscribed this channel to shop (failures only).")
    await grace.clicks(told, "Undo")
    back = await ada.sees(f"<@{grace.user}> undid a change: this channel is no longer subscribed to shop.")
    await ada.sees(f"<@{ada.user}> subscribed this channel", 'Undone by "', f'"user_id": "{grace.user}"')
    await hears(ada, "n't subscribed to any project")
    await ada.clicks(back, "Undo")
    await ada.sees(
        f"<@{ada.user}> undid a change: this channel is again subscribed to shop, with failures only."
    )


async def test_outsiders_read_along_only_after_a_confirmation(town: Life, ada: Person, grace: Person) -> None:
    await town.http.post("/_control/share", json={"channel": SHOP, "shared": True})
    await ada.types("/release subscribe shop nocards")
    asked = await ada.sees("This channel is shared with another workspace.")
    await hears(ada, "n't subscribed to any project")
    await ada.clicks(asked, "Subscribe anyway")
    await grace.sees(f"<@{ada.user}> subscribed this channel to shop (every outcome, no cards).")
    await town.zadig("shop", "create", "v77", outcome="success")
    await grace.sees("shop/v77")
