"""Two ways of being refused: Slack refuses a program, the screen refuses a person."""

from bot.sandbox.slack.model import Json


class ApiError(Exception):
    """What a program gets as `{"ok": false, "error": code, …}`; `extra` are further fields of the answer."""

    def __init__(self, code: str, /, *, status: int = 200, **extra: object) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.extra = extra

    def body(self) -> Json:
        return {"ok": False, "error": self.code, **self.extra}


class NotPossibleError(Exception):
    """What a person at the screen could not have done; `detail` says what to do instead."""

    def __init__(self, code: str, detail: str, **extra: object) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.extra = extra

    def body(self) -> Json:
        return {"ok": False, "error": self.code, "detail": self.detail, **self.extra}
