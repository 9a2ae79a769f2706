"""A browser without a window: keeps cookies, follows redirects, sends the token that its last page carried."""

import re
import ssl

import httpx

# What tests look for is said as the code itself says it, whatever the translations are.
ENGLISH = {"accept-language": "en"}
_CSRF = re.compile(r'name="csrf" value="([0-9a-f]{64})"')
# Made once: every client would read all certificates anew, for addresses without TLS.
_TLS = ssl.create_default_context()
# A connection for each request: one that was kept may be closed by the server just when it is used again.
_ONE_REQUEST = httpx.Limits(max_keepalive_connections=0)


class Browser:
    """Asks a running desk.

    Attributes:
        page: the last answer.
    """

    def __init__(self, address: str) -> None:
        self._client = httpx.Client(
            base_url=address,
            headers=ENGLISH,
            follow_redirects=True,
            trust_env=False,
            limits=_ONE_REQUEST,
            verify=_TLS,
        )
        self.page: httpx.Response = httpx.Response(200)

    @property
    def text(self) -> str:
        """Return the last page."""
        return self.page.text

    @property
    def path(self) -> str:
        """Return where the last page stands."""
        return self.page.url.path

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Open a page."""
        self.page = self._client.get(path, headers=headers)
        return self.page

    def post(self, path: str, *, files: dict[str, tuple[str, bytes]] | None = None, **fields: object) -> httpx.Response:
        """Send a form as the last page would: with its token, unless another one is given as `csrf`."""
        found = _CSRF.search(self.text)
        data = {"csrf": found[1] if found else "", **fields}
        self.page = self._client.post(path, data=data, files=files)
        return self.page

    def ask(self, method: str, path: str) -> httpx.Response:
        """Make a request with the token of this browser, without following where it leads."""
        if method == "GET":
            return self._client.get(path, follow_redirects=False)
        found = _CSRF.search(self.text)
        return self._client.post(path, data={"csrf": found[1] if found else ""}, follow_redirects=False)

    def move(self, address: str) -> "Browser":
        """Return this browser, cookies and token kept, at another address of the same machine."""
        self._client.base_url = httpx.URL(address)
        return self

    def enter(self, token: str) -> None:
        """Take the cookie of a session."""
        self._client.cookies.set("desk_session", token, domain="127.0.0.1", path="/")

    def cookie(self, name: str) -> str | None:
        """Return a cookie."""
        return self._client.cookies.get(name)

    def close(self) -> None:
        """Close its connections."""
        self._client.close()
