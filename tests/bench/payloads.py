"""What Slack sends when somebody types a command or submits a form, as signed HTTP requests."""

import hashlib
import hmac
import json
import time
from urllib.parse import urlencode

from bot.domain.drafts import Draft
from tests.bench.servers import SECRET


def signed(body: str, *, forged: bool = False) -> bytes:
    """A whole HTTP request with a form for a body; a forged one is signed with another secret."""
    stamp = str(int(time.time()))
    secret = "another" if forged else SECRET
    mac = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return (
        "POST /slack/events HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n"
        f"X-Slack-Request-Timestamp: {stamp}\r\nX-Slack-Signature: v0={mac}\r\n\r\n{body}"
    ).encode()


def command(text: str, number: int, *, response_url: str = "") -> str:
    """A slash command; no two are deliveries of the same one."""
    return urlencode(
        {
            "token": "x",
            "team_id": "T1",
            "team_domain": "bench",
            "channel_id": "C1",
            "channel_name": "bench",
            "user_id": "U1",
            "user_name": "ada",
            "command": "/release",
            "text": text,
            "api_app_id": "A1",
            "is_enterprise_install": "false",
            "response_url": response_url,
            "trigger_id": f"{number}.{time.time_ns()}",
        }
    )


def draft(number: int) -> Draft:
    """What has to be in the database before somebody can confirm that a version is to be deleted."""
    content = {"project": "p1", "version_name": "v1", "version_id": f"{1:012x}{1:012x}"}
    return Draft(
        id=f"{number:032x}.C1",
        form="delete_version",
        user="U1",
        channel="C1",
        content=json.dumps(content),
        at=int(time.time()),
    )


def submission(draft: Draft) -> str:
    """The click on Delete."""
    view = {
        "id": "V1",
        "team_id": "T1",
        "type": "modal",
        "callback_id": draft.form,
        "private_metadata": json.dumps({"d": draft.id}),
        "title": {"type": "plain_text", "text": "Delete a version"},
        "blocks": [],
        "state": {"values": {}},
        "hash": "1.a",
    }
    payload = {
        "type": "view_submission",
        "team": {"id": "T1", "domain": "bench"},
        "user": {"id": "U1", "username": "ada", "team_id": "T1"},
        "api_app_id": "A1",
        "trigger_id": "1.1.1",
        "response_urls": [],
        "view": view,
    }
    return urlencode({"payload": json.dumps(payload)})
