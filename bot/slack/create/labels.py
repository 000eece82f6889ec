"""Labels in one line of text: between commas of any script, and in quotation marks where one holds a comma itself."""

import re
from collections.abc import Iterable

# Commas and semicolons as keyboards of several scripts have them, and line ends.
_BETWEEN = ",;\uff0c\u3001\uff1b\ufe50\uff64\u060c\u061b\n\r\u2028\u2029"
_QUOTES = '"\u201c\u201d'
_LABEL = re.compile(
    rf"[^\S\n\r]*(?:[{_QUOTES}]((?:[^{_QUOTES}]|([{_QUOTES}])\2)*)[{_QUOTES}]\s*(?=[{_BETWEEN}]|\Z)|([^{_BETWEEN}]*))(?:[{_BETWEEN}]|\Z)"
)
_TWICE = re.compile(rf"([{_QUOTES}])\1")


def labels_of(text: str) -> tuple[str, ...]:
    """The labels, each once, in order."""
    found = (_label(one) for one in _LABEL.finditer(text))
    return tuple(dict.fromkeys(label for label in found if label))


def _label(found: re.Match[str]) -> str:
    quoted, plain = found[1], found[3]
    return _TWICE.sub(r"\1", quoted).strip() if quoted is not None else plain.strip()


def as_text(labels: Iterable[str]) -> str:
    """The text of which `labels_of` makes these labels."""
    return ", ".join(_written(" ".join(label.split())) for label in labels)


def _written(label: str) -> str:
    if not re.search(f"[{_BETWEEN}]|^[{_QUOTES}]", label):
        return label
    return '"' + re.sub(f"([{_QUOTES}])", r"\1\1", label) + '"'
