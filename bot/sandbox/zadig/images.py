"""Image references taken apart the way Zadig does."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageReference:
    """`registry.example.com/team/cart:1.2` is repository `registry.example.com/team`, name `cart`, tag `1.2`."""

    repository: str
    name: str
    tag: str


def read_image(image: str) -> ImageReference:
    """Only a colon after the last slash separates a tag, so a registry may have a port."""
    repository, _, last = image.rpartition("/")
    name, _, tag = last.partition(":")
    return ImageReference(repository=repository, name=name, tag=tag)
