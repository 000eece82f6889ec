"""How the bot leaves this machine: which proxy leads to an address, and which certificate authorities it trusts, the same for Slack and Zadig."""

import ipaddress
import os
import ssl
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import httpx

# By the scheme of the address, in the order in which they are looked at; a variable in small letters goes before capitals.
NAMES: Mapping[str, tuple[str, ...]] = {
    "https": ("https_proxy", "all_proxy", "http_proxy"),
    "http": ("http_proxy", "all_proxy"),
}
EXCEPTIONS = "no_proxy"
_PORTS = {"https": 443, "http": 80}


class UnusableProxyError(ValueError):
    """A variable names a proxy that cannot be used; says which and why, without its password."""


def proxy_for(url: str) -> str | None:
    """The address of the proxy for an http or https URL, None for a direct way.

    `HTTPS_PROXY`, `ALL_PROXY` and `HTTP_PROXY` count, in either case, unless `NO_PROXY` excepts the host: by its name, a
    domain above it, an address, a network such as `10.0.0.0/8`, each with or without a port, or `*` for all. Raises
    UnusableProxyError.
    """
    parts = urlsplit(url)
    names = NAMES["https" if parts.scheme in {"https", "wss"} else "http"]
    found = next(((name, value) for name in names if (value := _said(name))), None)
    if found is None or _is_excepted(parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)):
        return None
    return _address(*found)


def _said(name: str) -> str:
    """A variable's value; one in small letters counts even if it is empty."""
    return os.environ.get(name, os.environ.get(name.upper(), "")).strip()


def _address(name: str, value: str) -> str:
    """`host:3128` is `http://host:3128`, as everywhere."""
    address = value if "://" in value else f"http://{value}"
    shown = name if name in os.environ else name.upper()
    try:
        parts = urlsplit(address)
        usable = bool(parts.hostname) and parts.port != 0 and address.isprintable() and " " not in address
    except ValueError:
        usable = False
        parts = None
    if parts is not None and usable and parts.scheme not in _PORTS:
        raise UnusableProxyError(
            f"{shown}: the bot cannot use a proxy of the kind {parts.scheme}://; name an HTTP proxy, such as "
            "http://proxy.example.com:3128, or except Slack and Zadig from it in NO_PROXY"
        )
    if not usable:
        raise UnusableProxyError(
            f"{shown}: this is no address of a proxy; write it like http://proxy.example.com:3128"
        )
    return address


def _is_excepted(host: str, port: int) -> bool:
    return any(_matches(entry, host.lower().rstrip("."), port) for entry in _exceptions())


def _exceptions() -> Iterator[str]:
    for entry in _said(EXCEPTIONS).replace(",", " ").split():
        yield entry.lower().rpartition("://")[2].rstrip("/")


def _matches(entry: str, host: str, port: int) -> bool:
    if entry == "*":
        return True
    name, colon, digits = entry.rpartition(":")
    if colon and digits.isdecimal() and (":" not in name or name.startswith("[")):
        if int(digits) != port:
            return False
        entry = name
    address, network = _network(host), _network(entry.strip("[]"))
    if address is not None or network is not None:
        return address is not None and network is not None and _within(address, network)
    name = entry.removeprefix("*").strip(".")
    return bool(name) and (host == name or host.endswith(f".{name}"))


_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _network(text: str) -> _Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def _within(address: _Network, network: _Network) -> bool:
    return address.version == network.version and network.supernet_of(address)  # type: ignore[arg-type] # of one version


FILE, DIRECTORY = "SSL_CERT_FILE", "SSL_CERT_DIR"


class UnusableCertificatesError(ValueError):
    """A variable names certificates that cannot be read; says which and why."""


def trusted() -> ssl.SSLContext:
    """For clients: what `SSL_CERT_FILE` or `SSL_CERT_DIR` names, else what the system and certifi trust.

    Raises UnusableCertificatesError.
    """
    for name, load in ((FILE, _of_file), (DIRECTORY, _of_directory)):
        if path := os.environ.get(name):
            try:
                return load(path)
            except OSError as error:  # ssl.SSLError is one
                raise UnusableCertificatesError(f"{name}: {path} {_why(error)}") from None
    return _usual()


@cache
def _usual() -> ssl.SSLContext:
    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    return context


def _of_file(path: str) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=path)


def _of_directory(path: str) -> ssl.SSLContext:
    """OpenSSL takes a directory that does not exist for an empty one."""
    next(Path(path).iterdir(), None)
    return ssl.create_default_context(capath=path)


def _why(error: OSError) -> str:
    if isinstance(error, ssl.SSLError):
        return "holds no certificates in PEM format; name a file that does, or unset it"
    return f"cannot be read: {error.strerror}; name a file that can, or unset it"
