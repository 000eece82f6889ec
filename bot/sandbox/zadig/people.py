"""Who may do what: people, their API tokens and their permissions."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass, field

VIEW, CREATE, DELETE = "get_delivery", "create_delivery", "delete_delivery"
"""Permissions of a project role."""

VIEW_DELIVERY_CENTER = "release_get"
"""Permission of a system role."""

_SIGNING_KEY = b"the sandbox keeps no secrets"
_EXPIRES_AT = 1_700_000_000 + 876_000 * 3600


@dataclass(slots=True, kw_only=True)
class Person:
    """`verbs` are permissions by project key; `mfa_reason` is why the token lacks a second factor, if it does."""

    account: str
    name: str
    token: str = ""
    is_admin: bool = False
    verbs: dict[str, frozenset[str]] = field(default_factory=dict)
    administers: frozenset[str] = frozenset()
    system_verbs: frozenset[str] = frozenset()
    token_enabled: bool = True
    revoked: bool = False
    mfa_reason: str = ""

    def __post_init__(self) -> None:
        self.token = self.token or mint_token(self.account, self.name)

    def may(self, verb: str, project: str) -> bool:
        granted = verb in self.verbs.get(project, frozenset())
        return self.is_admin or project in self.administers or granted

    def sees(self, project: str) -> bool:
        """Whether the person is a member of the project at all."""
        return self.is_admin or project in self.administers or bool(self.verbs.get(project))


def mint_token(account: str, name: str) -> str:
    """A JWT with the claims of Zadig's own; clients read `name` from it without being able to verify it."""
    claims = {
        "name": name,
        "uid": hashlib.sha256(account.encode()).hexdigest()[:32],
        "email": f"{account}@example.com",
        "preferred_username": account,
        "federated_claims": {"connector_id": "system", "user_id": account},
        "aud": "zadig",
        "exp": _EXPIRES_AT,
    }
    unsigned = f"{_encoded({'alg': 'HS256', 'typ': 'JWT'})}.{_encoded(claims)}"
    signature = hmac.new(_SIGNING_KEY, unsigned.encode(), hashlib.sha256).digest()
    return f"{unsigned}.{_base64(signature)}"


def _encoded(value: object) -> str:
    return _base64(json.dumps(value, separators=(",", ":")).encode())


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def default_people(token: str | None) -> list[Person]:
    """The bot's account (an admin, whose token can be chosen) and three people with less."""
    everything = frozenset({VIEW, CREATE, DELETE})
    return [
        Person(account="release-bot", name="Release Bot", token=token or "", is_admin=True),
        Person(account="ada", name="Ada Lovelace", administers=frozenset({"shop", "platform", "billing"})),
        Person(
            account="grace", name="Grace Hopper", verbs={"shop": everything, "platform": frozenset({VIEW})}
        ),
        Person(account="linus", name="Linus Pauling", verbs={"shop": frozenset({VIEW})}, token_enabled=False),
    ]


def person_with_token(people: Iterable[Person], token: str) -> Person | None:
    return next((each for each in people if each.token == token and not each.revoked), None)
