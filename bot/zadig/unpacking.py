"""Bodies that come packed although that was not asked for, as some proxies send them: unpacked with a limit."""

import zlib
from collections.abc import Callable

# By what it is called in Content-Encoding: how zlib is to read it. Servers mean two things by "deflate".
_FORMATS = {"gzip": zlib.MAX_WBITS | 16, "x-gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS | 32}
_BARE = -zlib.MAX_WBITS
_ZLIB_HEADER = 8  # the low four bits of its first byte
_MARK = b"\xef\xbb\xbf"

Unpack = Callable[[bytes, int], bytes]


class CannotUnpackError(ValueError):
    """It is packed in a way that is not known, or broken."""


def unpacker(encoding: str) -> Unpack:
    """A function from the next piece and a limit to what it unpacks to, at most one byte more than the limit.

    `encoding` is the header's value. Raises CannotUnpackError, as the function does.
    """
    name = encoding.strip().lower()
    if name in {"", "identity"}:
        return lambda piece, _limit: piece
    if name not in _FORMATS:
        raise CannotUnpackError(f"packed as {name[:40]!r}")
    return _Unpacker(name)


class _Unpacker:
    def __init__(self, name: str) -> None:
        self._name = name
        self._inner = zlib.decompressobj(_FORMATS[name])
        self._begun = False

    def __call__(self, piece: bytes, limit: int) -> bytes:
        if piece and not self._begun:
            self._begun = True
            if self._name == "deflate" and piece[0] & 0x0F != _ZLIB_HEADER:
                self._inner = zlib.decompressobj(_BARE)
        try:
            return self._inner.decompress(piece, limit + 1)
        except zlib.error as error:
            raise CannotUnpackError(f"said to be packed as {self._name!r}: {error}") from None


def without_mark(body: bytes) -> bytes:
    """Without the byte order mark that some put before JSON."""
    return body.removeprefix(_MARK)
