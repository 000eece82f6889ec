"""Who gets in: the token at the gate, the permission in the handler, and the licence after it."""

from bot.sandbox.zadig.answers import (
    LICENSE_UNAVAILABLE,
    ForbiddenError,
    PlainError,
    TypedError,
    UnauthorizedError,
)
from bot.sandbox.zadig.exchange import Call, Context
from bot.sandbox.zadig.people import VIEW, VIEW_DELIVERY_CENTER, Person, person_with_token
from bot.sandbox.zadig.state import State

_HEADER_PARTS = 2


def authenticate(zadig: State, call: Call) -> Person:
    """The token's owner; UnauthorizedError for any other token, ForbiddenError where a second factor is missing."""
    person = person_with_token(zadig.people, token_of(call))
    if person is None:
        raise UnauthorizedError
    if zadig.rules.tokens_are_switched_on:
        _check_switch(person)
    return person


def token_of(call: Call) -> str:
    """A `token` in the query wins; the header must be two words, of which the first may be any."""
    parts = call.authorization.split(" ")
    in_header = parts[1] if len(parts) == _HEADER_PARTS else ""
    return call.query.get("token") or in_header


def _check_switch(person: Person) -> None:
    if not (person.is_admin or person.token_enabled):
        raise UnauthorizedError
    if person.mfa_reason:
        raise ForbiddenError(person.mfa_reason)


def require(context: Context, verb: str, project: str) -> None:
    """ForbiddenError unless the caller has this permission in this project."""
    if not context.caller.may(verb, project):
        raise ForbiddenError


def require_view(context: Context, project: str) -> None:
    """Details are also open to whoever may look at the delivery centre."""
    if VIEW_DELIVERY_CENTER not in context.caller.system_verbs:
        require(context, VIEW, project)


def check_license(zadig: State) -> None:
    """Every call about versions needs a professional licence, reads too."""
    if zadig.license == "unreachable":
        raise PlainError(
            "failed to validate zadig license status, error: "
            'Get "http://plutus-vendor:29000/api/license": dial tcp: connect: connection refused'
        )
    if zadig.license != "valid":
        raise TypedError(LICENSE_UNAVAILABLE)
