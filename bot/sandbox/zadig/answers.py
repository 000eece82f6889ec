"""What goes back over the wire: Zadig's two JSON error shapes, empty bodies, plain texts and pages of HTML."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

JSON_TYPE = "application/json; charset=utf-8"
TEXT_TYPE = "text/plain; charset=utf-8"
HTML_TYPE = "text/html; charset=utf-8"

CREATE_FAILED, DELETE_FAILED, GET_FAILED, LICENSE_UNAVAILABLE = 6560, 6562, 6563, 7050
ENVIRONMENT_UNREADABLE = 6078
MESSAGES: dict[int, str] = {
    400: "Bad Request",
    CREATE_FAILED: "新建交付中心版本失败",
    DELETE_FAILED: "删除交付中心版本失败",
    GET_FAILED: "查询交付中心版本失败",
    ENVIRONMENT_UNREADABLE: "获取环境失败",
    LICENSE_UNAVAILABLE: "用户许可证不可用，请检查许可证后重试",
}
CANNOT_RETRY_TASK = "工作流任务状态无法重试"
_FIRST_CODE_OF_ITS_OWN = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`cut` means that the connection is closed without any answer."""

    status: int
    body: bytes = b""
    media_type: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False


def json_answer(value: Any, status: int = 200) -> Answer:
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return Answer(status=status, body=body, media_type=JSON_TYPE)


def text_answer(text: str, status: int = 200) -> Answer:
    return Answer(status=status, body=text.encode(), media_type=TEXT_TYPE)


def html_answer(page: str, status: int = 200) -> Answer:
    return Answer(status=status, body=page.encode(), media_type=HTML_TYPE)


def empty_answer(status: int) -> Answer:
    return Answer(status=status)


def cut_answer() -> Answer:
    return Answer(status=0, cut=True)


SUCCESS = json_answer({"message": "success"})
"""The whole answer of every call that writes: no id."""


class RefusalError(Exception):
    """Why a request is not done, and what it gets instead."""

    def answer(self) -> Answer:
        raise NotImplementedError


class TypedError(RefusalError):
    """One of Zadig's numbered errors; codes beyond HTTP's go out as 400."""

    def __init__(self, code: int, description: str = "") -> None:
        self.code = code
        self.description = description
        super().__init__(f"{MESSAGES[code]}: {description}")

    def answer(self) -> Answer:
        body = {
            "code": self.code,
            "description": self.description,
            "extra": {},
            "message": MESSAGES[self.code],
            "type": "error",
        }
        return json_answer(body, self.code if self.code < _FIRST_CODE_OF_ITS_OWN else 400)


class PlainError(RefusalError):
    """Any other error of Zadig's: 500 with the reason as description."""

    def __init__(self, description: str) -> None:
        self.description = description
        super().__init__(description)

    def answer(self) -> Answer:
        return json_answer({"code": 500, "description": self.description, "message": "Internal Error: "}, 500)


class CrashError(RefusalError):
    """A handler panicked: 500 and not a byte more."""

    def answer(self) -> Answer:
        return empty_answer(500)


class ProcessDiedError(RefusalError):
    """The whole server process went down in the middle of the request."""

    def answer(self) -> Answer:
        return cut_answer()


class UnauthorizedError(RefusalError):
    def answer(self) -> Answer:
        return empty_answer(401)


class ForbiddenError(RefusalError):
    """Empty, unless `reason` says that multi-factor authentication is missing."""

    def __init__(self, reason: str = "") -> None:
        self.reason = reason
        super().__init__(reason)

    def answer(self) -> Answer:
        if not self.reason:
            return empty_answer(403)
        body = json.dumps({"reason": self.reason}).encode()
        return Answer(
            status=403, body=body, media_type="application/json", headers={"x-zadig-auth-reason": self.reason}
        )
