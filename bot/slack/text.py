"""Text from outside made harmless for Slack, clipped to its limits, and the small phrases that messages share.

Three things can happen to text that others wrote:

- It becomes a *name* in a code span (`code`) or a link (`link`): no mark-up is read in code, so people can copy what
  they see; only backticks are replaced.
- It becomes *prose* inside a sentence (`escape`, `phrase`, `quote`). `&`, `<` and `>` turn into Slack's entities, so that nothing
  can mention or link. mrkdwn knows no escape for its other marks, and zero-width characters would travel along when
  copied without reliably stopping Slack, so marks that could start or end formatting become look-alikes: `∗ ˍ ∼ ˋ ›`,
  and `∶` for the colon that opens an emoji. Marks inside a word, as in `snake_case`, format nothing and stay.
- It becomes a *plain text object* (`plain`): Slack reads nothing there, so nothing is replaced.

What only `verbatim` stops (bare URLs, `#channel`, `@here`) is stopped by `views.blocks.mrkdwn`, which sets it.
Limits count code points, as Slack's do, and hold after escaping. https://docs.slack.dev/messaging/formatting-message-text
"""

import html
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from urllib.parse import quote as percent_encode

from bot.domain.models import Status

NAME_LIMIT = 100
PROSE_LIMIT = 1000
BAR_CELLS = 10
MAX_NAMED = 10
ELLIPSIS = "…"
NOTHING = "–"

# Control characters but tab and newline, and those that turn the direction of what follows.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_END = re.compile("\r\n?|\u2028|\u2029")
_LOOK_ALIKES = MappingProxyType({"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ"})
_MARK = re.compile(r"`|(?<![A-Za-z0-9])[*_~]|[*_~](?![A-Za-z0-9])")
_QUOTE_MARK = re.compile(r"^([^\S\n]*)>", re.MULTILINE)
_EMOJI_COLON = re.compile(r":(?!\d+:)(?=[\w+'-]{1,100}:)")
_CUT_IN_HALF = re.compile(r"(?:&[a-z]{0,3}|<[^<>]*)\Z")
_CODE_SPAN = re.compile(r"`([^`\n]+)`")
_ENDINGS = (".", "!", "?", ":", ELLIPSIS)
_USER = re.compile(r"[UW][A-Z0-9]{2,20}")
_CHANNEL = re.compile(r"[CG][A-Z0-9]{2,20}")


def whole(text: str) -> str:
    """With U+FFFD for each half of a character, such as of an emoji that a limit has cut: no half can be stored or sent."""
    return _SURROGATE.sub("\ufffd", text)


def clean(text: str) -> str:
    """Without control characters and direction changes; line ends are line feeds, half characters become U+FFFD."""
    return _UNPRINTABLE.sub("", whole(_LINE_END.sub("\n", text)))


def one_line(text: str) -> str:
    """Clean, in one line, every run of white space one space."""
    return " ".join(clean(text).split())


def _entities(text: str) -> str:
    return html.escape(text, quote=False)


def escape(text: str) -> str:
    """Prose from outside for mrkdwn: it mentions, links and formats nothing. Line breaks stay."""
    shown = _entities(_QUOTE_MARK.sub(r"\1›", clean(text)))
    shown = _MARK.sub(lambda mark: _LOOK_ALIKES[mark[0]], shown)
    return _EMOJI_COLON.sub("∶", shown)


def clip(text: str, limit: int) -> str:
    """At most `limit` (at least 1) code points of mrkdwn, the last one `…` if anything was cut.

    It cuts before an entity (`&amp;`) or a link, mention or date (`<…>`), never through it.
    """
    if len(text) <= limit:
        return text
    return _CUT_IN_HALF.sub("", text[: limit - 1]) + ELLIPSIS


def plain(text: str, limit: int) -> str:
    """One line for a plain text object: nothing escaped, never empty (Slack refuses empty text), at most `limit`."""
    shown = one_line(text) or NOTHING
    return shown if len(shown) <= limit else shown[: limit - 1] + ELLIPSIS


def plain_lines(text: str, limit: int) -> str:
    """Like `plain`, with its line breaks."""
    shown = clean(text).strip() or NOTHING
    return shown if len(shown) <= limit else shown[: limit - 1] + ELLIPSIS


def phrase(text: str, limit: int = NAME_LIMIT) -> str:
    """Words from outside within a sentence: escaped, in one line, at most `limit`; may be empty."""
    return clip(escape(one_line(text)), limit)


def prose(text: str, limit: int = PROSE_LIMIT) -> str:
    """Our own sentences that may hold words from outside: escaped, except that `code` stays code."""
    pieces = _CODE_SPAN.split(text)
    shown = "".join(
        code(piece, PROSE_LIMIT) if index % 2 else escape(piece) for index, piece in enumerate(pieces)
    )
    return clip(shown, limit)


def sentence(text: str, limit: int = PROSE_LIMIT) -> str:
    """Like `prose`, without space around it, and with a full stop unless it ends in some other way."""
    shown = prose(text.strip(), limit - 1)
    return shown if not shown or shown.endswith(_ENDINGS) else f"{shown}."


def code(text: str, limit: int = NAME_LIMIT) -> str:
    """A name in a code span, in one line, at most `limit` (at least 3) code points with its backticks."""
    shown = _entities(one_line(text).replace("`", _LOOK_ALIKES["`"]))
    return f"`{clip(shown or NOTHING, limit - 2)}`"


def preformatted(text: str, limit: int = PROSE_LIMIT) -> str:
    """Several lines in a code block, as they are but for backticks; `limit` (at least 9) counts the fences too."""
    shown = _entities(clean(text).strip("\n").replace("`", _LOOK_ALIKES["`"]))
    return f"```\n{clip(shown or NOTHING, limit - 8)}\n```"


def quote(text: str, limit: int = PROSE_LIMIT) -> str:
    """Prose from outside as a quotation, every line marked; empty if there is none."""
    shown = escape(text.strip())
    return clip("\n".join(f"> {line}" for line in shown.split("\n")), limit) if shown else ""


def link(url: str, label: str, limit: int = NAME_LIMIT) -> str:
    """A link whose label comes from outside; the label alone where `url` is not http(s). `limit` is the label's."""
    shown = phrase(label, limit) or NOTHING
    if not url.startswith(("https://", "http://")):
        return shown
    safe = percent_encode(url, safe="/:?#[]@!$&'()*+,;=%-._~")
    return f"<{_entities(safe)}|{shown}>"


def mention(user: str) -> str:
    """A mention that notifies the user; anything but a user id is shown as a name."""
    return f"<@{user}>" if _USER.fullmatch(user) else code(user)


def channel_mention(channel: str) -> str:
    """A link to a channel; anything but a channel id is shown as a name."""
    return f"<#{channel}>" if _CHANNEL.fullmatch(channel) else code(channel)


def whom_to_ask(may: Iterable[str]) -> str:
    """A sentence with those who may, as the access file names them; empty if it names no one."""
    named = [_holder(one) for one in sorted(may, key=lambda one: (one[:1] in "CG", one[:1] == "S", one))]
    left = f" and {len(named) - MAX_NAMED} more" if len(named) > MAX_NAMED else ""
    return f"People with access: {', '.join(named[:MAX_NAMED])}{left}." if named else ""


def _holder(name: str) -> str:
    match name[:1]:
        case "U" | "W":
            return mention(name)
        case "S":
            return f"<!subteam^{name}>"
        case "C" | "G":
            return f"anyone using the bot in {channel_mention(name)}"
        case _:
            return "everyone" if name == "everyone" else "all workspace members except guests"


def when(unix_seconds: int) -> str:
    """A moment in the reader's own time zone; UTC where the client cannot convert it."""
    return _moment(unix_seconds, "{date_short_pretty} {time}", unknown="at an unknown time")


def clock_time(unix_seconds: int) -> str:
    """The time of day in the reader's own time zone; UTC where the client cannot convert it."""
    return _moment(unix_seconds, "{time}", unknown="later")


def ago(unix_seconds: int) -> str:
    """`12 minutes ago`, which Slack counts on while it is on screen; the moment in UTC where the client cannot."""
    return _moment(unix_seconds, "{ago}", unknown="some time ago")


def _moment(unix_seconds: int, form: str, *, unknown: str) -> str:
    try:
        moment = datetime.fromtimestamp(unix_seconds, UTC)
    except (ValueError, OverflowError, OSError):
        moment = None
    if moment is None or unix_seconds <= 0:
        return unknown
    return f"<!date^{unix_seconds}^{form}|{moment:%Y-%m-%d %H:%M} UTC>"


_UNITS = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))


def duration(seconds: float) -> str:
    """The two largest units that say something: `4 min 10 s`, `2 h`, `1 d 3 h`."""
    rest = max(0, int(seconds))
    parts: list[tuple[int, str]] = []
    for size, unit in _UNITS:
        count, rest = divmod(rest, size)
        if count or parts:
            parts.append((count, unit))
    return " ".join(f"{count} {unit}" for count, unit in parts[:2] if count) or "0 s"


SYMBOLS: Mapping[Status, str] = MappingProxyType(
    {
        Status.SUCCESS: ":white_check_mark:",
        Status.FAILED: ":x:",
        Status.CREATING: ":hourglass_flowing_sand:",
        Status.RETRYING: ":arrows_counterclockwise:",
        Status.UNKNOWN: ":grey_question:",
    }
)


def symbol(status: Status) -> str:
    """The emoji of a status; never shown without its word."""
    return SYMBOLS[status]


def word(status: Status) -> str:
    """The word of a status, the same that is typed to filter by it."""
    return status.value


def bar(done: int, total: int, unit: str = "images") -> str:
    """Progress such as `▓▓▓▓░░░░░░ 4 of 12 images`: a cell as soon as it is begun, the last one only when all is done."""
    if total <= 0:
        return f"no {unit} to copy"
    done = min(max(done, 0), total)
    begun = -(-BAR_CELLS * done // total)
    cells = begun if done == total else min(begun, BAR_CELLS - 1)
    return f"{'▓' * cells}{'░' * (BAR_CELLS - cells)} {done} of {total} {unit}"
