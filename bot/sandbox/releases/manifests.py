"""The texts that services are deployed from: manifests of K8s services and values of charts."""

from bot.sandbox.releases.images import read_image
from bot.sandbox.releases.model import Container, Service


def manifest(service: Service, namespace: str) -> str:
    """A Deployment and a Service, as `kubectl` would take them."""
    init = "".join(_container(each) for each in service.containers if each.kind == "init")
    main = "".join(_container(each) for each in service.containers if each.kind != "init")
    return (
        f"apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {service.name}\n  namespace: {namespace}\n"
        f"spec:\n  selector:\n    matchLabels:\n      app: {service.name}\n  template:\n    metadata:\n"
        f"      labels:\n        app: {service.name}\n    spec:\n"
        + (f"      initContainers:\n{init}" if init else "")
        + f"      containers:\n{main}---\napiVersion: v1\nkind: Service\nmetadata:\n  name: {service.name}\n"
        f"spec:\n  ports:\n    - port: 80\n  selector:\n    app: {service.name}\n"
    )


def _container(container: Container) -> str:
    return f"        - name: {container.name}\n          image: {container.image}\n"


def values(service: Service) -> str:
    """One block an image, as the built-in charts lay them out."""
    return "".join(_values(each) for each in service.containers)


def _values(container: Container) -> str:
    image = read_image(container.image)
    return f"{container.name}:\n  image:\n    repository: {image.repository}/{image.name}\n    tag: {image.tag}\n"
