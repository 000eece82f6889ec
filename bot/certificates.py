"""Whose certificates the bot trusts, the same of Slack's and of Zadig's."""

import os
import ssl
from functools import cache
from pathlib import Path

import httpx

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
