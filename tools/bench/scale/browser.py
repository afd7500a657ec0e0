"""The browser of the scenes: a persistent connection, cookies, and CSRF tokens."""

import gzip
import http.client
import time
from dataclasses import dataclass
from urllib.parse import urlencode

from urllib3 import encode_multipart_formdata

TOKEN = "t" * 32
PATIENCE, IDLE = 60, 5  # seconds


@dataclass(frozen=True)
class Answer:
    """A response; `sent` is the body as transferred, `seconds` the time until its last byte."""

    status: int
    headers: dict
    sent: bytes
    seconds: float

    @property
    def text(self) -> str:
        packed = self.headers.get("content-encoding") == "gzip"
        return (gzip.decompress(self.sent) if packed else self.sent).decode()


class Browser:
    """An HTTP client that collects its responses in `answers`."""

    def __init__(self, port, cookies=None) -> None:
        self.port, self.cookies = port, {"csrftoken": TOKEN, **(cookies or {})}
        self.answers: list[Answer] = []
        self._line: http.client.HTTPConnection | None = None
        self._used = 0.0

    def close(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    def get(self, path, **headers) -> Answer:
        return self._ask("GET", path, None, headers)

    def htmx(self, path, target="queue") -> Answer:
        """Request a page as htmx does for one region."""
        return self.get(path, **{"HX-Request": "true", "HX-Request-Type": "partial",
                                 "HX-Target": f"section#{target}"})  # fmt: skip

    def post(self, path, given, files=(), **headers) -> Answer:
        """Send a form; `files` are (field, name, bytes) of JPEGs."""
        if files:
            kind, body = _multipart(given, files)
        else:
            kind, body = "application/x-www-form-urlencoded", urlencode(given, doseq=True).encode()
        headers |= {"Content-Type": kind, "X-CSRFToken": TOKEN, "Sec-Fetch-Site": "same-origin"}
        return self._ask("POST", path, body, headers)

    def _ask(self, method, path, body, headers) -> Answer:
        headers = {
            "Accept-Encoding": "gzip", "User-Agent": "santa311-bench", "Host": "localhost",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            **headers,
        }  # fmt: skip
        if self._line is not None and time.monotonic() - self._used > IDLE:
            self.close()  # the server closes idle connections
        line = self._line
        if line is None:
            line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
            self._line = line
        begun = time.perf_counter()
        try:
            line.request(method, path, body, headers)
            came = line.getresponse()
            sent = came.read()
        except (http.client.HTTPException, OSError):
            self.close()
            raise
        answer = Answer(came.status, {k.lower(): v for k, v in came.getheaders()}, sent,
                        time.perf_counter() - begun)  # fmt: skip
        for name, value in came.getheaders():
            if name.lower() == "set-cookie":
                self._keep(value)
        self.answers.append(answer)
        self._used = time.monotonic()
        return answer

    def _keep(self, text) -> None:
        name, _sign, value = text.partition(";")[0].partition("=")
        if name != "csrftoken":
            self.cookies[name] = value


def _multipart(given, files) -> tuple[str, bytes]:
    fields = [(name, value) for name, values in given.items()
              for value in (values if isinstance(values, list) else [values])]  # fmt: skip
    fields += [(field, (name, content, "image/jpeg")) for field, name, content in files]
    body, kind = encode_multipart_formdata(fields)
    return kind, body
