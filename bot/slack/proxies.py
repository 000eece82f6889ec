"""Which proxy leads to Slack, read from the environment as everybody reads it: slack_sdk heeds no exceptions from it."""

from urllib.parse import urlsplit
from urllib.request import getproxies_environment, proxy_bypass


def proxy_for(url: str) -> str | None:
    """What `HTTPS_PROXY` or `HTTP_PROXY` names for an address, in either case, unless `NO_PROXY` excepts its host."""
    parts = urlsplit(url)
    if proxy_bypass(parts.netloc.rpartition("@")[2]):
        return None
    proxies = getproxies_environment()
    secure = proxies.get("https") if parts.scheme == "https" else None
    return secure or proxies.get("http") or None
