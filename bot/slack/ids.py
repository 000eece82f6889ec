"""Every id that travels to Slack and comes back: of buttons, inputs, modals and message metadata."""

from enum import StrEnum


class Callback(StrEnum):
    """`callback_id` of a modal."""

    CREATE_VERSION = "create_version"
    RETRY_VERSION = "retry_version"
    DELETE_VERSION = "delete_version"
    IMAGE_TAGS = "image_tags"  # lies over the form that creates a version
    IMAGE_LINES = "image_lines"  # the same as text
    NOTICE = "notice"  # loading, working and outcome views: nothing to submit


class Click(StrEnum):
    """`action_id` of a button, menu or select outside a form. A dot and a suffix may follow to keep ids unique."""

    LIST_PAGE = "list_page"  # button: ListState
    LIST_STATUS = "list_status"  # static select: the status word or "all"; the state is the block id
    VERSION_MENU = "version_menu"  # overflow: VersionAction
    VERSION_BUTTON = "version_button"  # button: VersionAction
    SHOW_PAGE = "show_page"  # button: ShowState
    FOLD_LIST = "fold_list"  # button: FoldState, opens the list behind a fold
    FOLD_PAGE = "fold_page"  # button: FoldState, turns its pages
    SUBSCRIPTIONS_PAGE = "subscriptions_page"  # button: the page's number
    WATCHES_PAGE = "watches_page"  # button: the page's number
    UNSUBSCRIBE = "unsubscribe"  # button: the project key
    UNDO_SUBSCRIPTION = "undo_subscription"  # button in the channel: the id of the change
    CONFIRM_SUBSCRIPTION = "confirm_subscription"  # button: Wish
    UNWATCH = "unwatch"  # button: VersionAction
    RESUME_DRAFT = "resume_draft"  # button: the draft id
    FORGET_DRAFT = "forget_draft"  # button in a form: the id of another draft
    AS_LAST_TIME = "as_last_time"  # button in the form that creates a version: "services" or "images"
    IMAGE_TAGS = "image_tags"  # button in the form that creates a version: opens the view over it
    IMAGE_TAGS_PAGE = "image_tags_page"  # button in that view: the page's number
    IMAGE_LINES = "image_lines"  # button in that view: edit as text, and back
    RETRY_ENVIRONMENT = "retry_environment"  # button in the form that retries a version: choose another
    RUN = "run"  # button or option: a line as it is typed behind the slash command
    DETAILS = "details"  # button: what the other side said, word for word
    OPEN_LINK = "open_link"  # button with a URL: Slack reports the click, nothing happens


class MetadataEvent(StrEnum):
    """`event_type` of message metadata."""

    POSTING = "release_bot_posting"


# The prefix of the action id of every input of a form; numbers follow that count up when new initial values have to show.
INPUT = "input"
# Between the name of a repeated field and its thing: `image_tag:cart/app`.
OF = ":"


def input_action(*counts: int) -> str:
    """The action id of an input: Slack ignores a new initial value while block id and action id stay the same."""
    return ".".join([INPUT, *map(str, counts)])


def base_of(action_id: str) -> str:
    """The id without its suffix: `list_page.next` gives `list_page`."""
    return action_id.partition(".")[0]
