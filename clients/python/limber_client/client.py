"""The synchronous client."""

from __future__ import annotations

import http.client
import json
import ssl
import time
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Sequence

from . import _calls as calls
from ._calls import Call
from ._sse import Events
from .errors import LimberError, LimberProblem, LimberUnreachable, problem_of
from .types import Event, Execution, NewExecution, NodeHistory, Ran, Scaling, Sizes

_CHUNK_BYTES = 64 * 1024


class LimberClient:
    """A client of ``limber serve``. Threads may share it; it holds nothing that must be closed.

    ``url`` and ``api_key`` are by default those of LIMBER_SERVER and LIMBER_API_KEY. A request that the
    server could not take now is sent again up to ``retries`` times, when the server said to, unless
    that is more than ``longest_retry`` seconds away. Every method raises LimberProblem for what the
    server refuses and LimberUnreachable when nobody answers.
    """

    def __init__(
        self,
        url: Optional[str] = None,
        api_key: Optional[str] = None,
        *,
        retries: int = 4,
        longest_retry: float = 60.0,
        ssl_context: Optional[ssl.SSLContext] = None,
    ) -> None:
        self._at = calls.address(url, api_key)
        self._retries = retries
        self._longest_retry = longest_retry
        self._ssl_context = ssl_context

    # Executions

    def create(
        self,
        body: NewExecution,
        *,
        wait_ms: Optional[int] = None,
        idempotency_key: Optional[str] = None,
    ) -> Execution:
        """Submits it; with ``wait_ms`` answers when it has ended, or after that time."""
        return self._json(calls.create(body, wait_ms, idempotency_key))

    def foresee(self, body: NewExecution) -> Dict[str, Any]:
        """What would become of it and why; runs nothing. Raises what ``create`` would raise."""
        return self._json(calls.foresee(body))

    def run(
        self,
        body: NewExecution,
        *,
        on_event: Optional[Callable[[Event], Any]] = None,
        idempotency_key: Optional[str] = None,
    ) -> Ran:
        """Runs it to its end. Interrupted, by Ctrl-C or what ``on_event`` raises, it is cancelled."""
        id = self.create(body, idempotency_key=idempotency_key)["id"]
        try:
            if on_event is not None:
                for event in self.events(id):
                    on_event(event)
            execution = self.wait(id)
        except LimberError:
            raise
        except BaseException:
            self.cancel(id)
            raise
        return Ran(execution, self.text(id, "stdout"), self.text(id, "stderr"))

    def get(self, id: str) -> Execution:
        return self._json(calls.get(id))

    def wait(self, id: str) -> Execution:
        """The execution when it has ended, however long that takes."""
        while True:
            execution: Execution = self._json(calls.get(id, calls.WAIT_MS))
            if execution["state"] == "ended":
                return execution

    def page(
        self,
        *,
        state: Optional[str] = None,
        outcome: Optional[str] = None,
        labels: Optional[Mapping[str, str]] = None,
        limit: Optional[int] = None,
        cursor: Optional[str] = None,
    ) -> Dict[str, Any]:
        """One page, newest first: ``executions``, and ``next`` as the cursor of what comes after."""
        query = {"state": state, "outcome": outcome, "limit": limit, "cursor": cursor}
        return self._json(calls.page(query, labels))

    def list(
        self,
        *,
        state: Optional[str] = None,
        outcome: Optional[str] = None,
        labels: Optional[Mapping[str, str]] = None,
    ) -> Iterator[Execution]:
        """All that match, newest first, page by page."""
        cursor: Optional[str] = None
        while True:
            page = self.page(state=state, outcome=outcome, labels=labels, cursor=cursor)
            yield from page["executions"]
            cursor = page.get("next")
            if cursor is None:
                return

    def cancel(self, id: str) -> Execution:
        """SIGTERM, and SIGKILL after the grace time."""
        return self._json(calls.cancel(id))

    def delete(self, id: str) -> None:
        """Forgets one that has ended, with its output and its files."""
        self._call(calls.delete(id))

    def events(
        self,
        id: Optional[str] = None,
        *,
        kinds: Optional[Sequence[str]] = None,
        after: Optional[int] = None,
        follow: bool = True,
    ) -> Iterator[Event]:
        """Of one execution to its end, or of the tenant without end; goes on where a connection broke."""
        events = Events(id, kinds, after)
        for chunk in self._resumed(
            lambda: calls.events(id, kinds, events.last, follow),
            events.begin,
            lambda: events.is_over or id is not None or not follow,
        ):
            yield from events.feed(chunk)
            if events.is_over:
                return

    def output(
        self, id: str, stream: str = "stdout", *, follow: bool = False, from_byte: int = 0
    ) -> Iterator[bytes]:
        """What it wrote, byte for byte; followed, until it has ended."""
        at = from_byte
        for chunk in self._resumed(
            lambda: calls.output(id, stream, follow, at), lambda: None, lambda: True
        ):
            at += len(chunk)
            yield chunk

    def text(self, id: str, stream: str = "stdout") -> str:
        """What it wrote so far, as text; bytes that are none are replaced."""
        return b"".join(self.output(id, stream)).decode("utf-8", "replace")

    def send_input(self, id: str, data: bytes) -> None:
        """For one made with ``stdin={"open": True}``; returns when the program has taken it."""
        self._call(calls.send_input(id, data))

    def close_input(self, id: str) -> None:
        self._call(calls.close_input(id))

    def files(self, id: str, folder: str = "") -> List[Dict[str, str]]:
        """Path and kind of what is in its work folder."""
        return self._json(calls.files(id, folder))

    def read_file(self, id: str, path: str) -> bytes:
        return self._call(calls.read_file(id, path))

    def write_file(self, id: str, path: str, data: bytes) -> None:
        self._call(calls.write_file(id, path, data))

    def archive(self, id: str, folder: str = "", format: str = "tar.gz") -> bytes:
        """All files of its work folder, or of a folder below it."""
        return self._call(calls.archive(id, folder, format))

    def put_archive(self, data: bytes) -> Dict[str, Any]:
        """Keeps a tar, tar.gz or zip for executions to come: ``archive={"id": …}``."""
        return self._json(calls.put_archive(data))

    def delete_archive(self, id: str) -> None:
        self._call(calls.delete_archive(id))

    # Steering

    def change_scaling(self, id: str, change: Scaling, *, dry_run: bool = False) -> Dict[str, Any]:
        """Priority, bounds, mode, policy and settings of one that runs."""
        return self._json(calls.change_scaling(id, change, dry_run))

    def change_scaling_of(
        self, labels: Mapping[str, str], change: Scaling, *, dry_run: bool = False
    ) -> Dict[str, Any]:
        """The same for all that run with these labels."""
        return self._json(calls.change_scaling_of(labels, change, dry_run))

    def resize(self, id: str, sizes: Sizes, *, dry_run: bool = False) -> Dict[str, Any]:
        """This size; locked from then on, until its mode is ``auto`` again."""
        return self._json(calls.resize(id, sizes, dry_run))

    def resize_of(
        self, labels: Mapping[str, str], sizes: Sizes, *, dry_run: bool = False
    ) -> Dict[str, Any]:
        """The same for all that wait or run with these labels."""
        return self._json(calls.resize_of(labels, sizes, dry_run))

    def hint(self, id: str, wants: Mapping[str, Any], *, dry_run: bool = False) -> Dict[str, Any]:
        """Says what it will need, as the program could itself."""
        return self._json(calls.hint(id, wants, dry_run))

    def hint_of(
        self, labels: Mapping[str, str], wants: Mapping[str, Any], *, dry_run: bool = False
    ) -> Dict[str, Any]:
        """The same for all that wait or run with these labels."""
        return self._json(calls.hint_of(labels, wants, dry_run))

    def policies(self) -> List[Dict[str, Any]]:
        return self._json(calls.policies())

    def policy(self, name: str) -> Dict[str, Any]:
        return self._json(calls.policy("GET", name))

    def put_policy(
        self, name: str, policy: Mapping[str, Any], *, if_version: Optional[int] = None
    ) -> Dict[str, Any]:
        """A built-in policy with other settings; ``if_version`` 0: only if there is none."""
        return self._json(calls.policy("PUT", name, dict(policy), if_version))

    def delete_policy(self, name: str) -> None:
        self._call(calls.policy("DELETE", name))

    def defaults(self, *, node: bool = False) -> Dict[str, Any]:
        """How executions are scaled that ask for nothing else: of the tenant, or of the node."""
        return self._json(calls.defaults(node))

    def put_defaults(
        self, scaling: Scaling, *, node: bool = False, if_version: Optional[int] = None
    ) -> Dict[str, Any]:
        return self._json(calls.defaults(node, dict(scaling), if_version))

    # Analysis, keys, webhooks and the node

    def analyze(self, code: str, language: str, *, file: Optional[str] = None) -> Dict[str, Any]:
        """Complexity profile and demand estimate, without running it."""
        return self._json(calls.analyze(code, language, file))

    def create_key(self, tenant: str, scopes: Sequence[str], name: str = "") -> Dict[str, Any]:
        """The key itself is in the answer, and nowhere else."""
        return self._json(calls.create_key(tenant, scopes, name))

    def keys(self) -> List[Dict[str, Any]]:
        return self._json(calls.keys())

    def revoke_key(self, id: str) -> None:
        self._call(calls.revoke_key(id))

    def webhooks(self) -> List[Dict[str, Any]]:
        return self._json(calls.webhooks())

    def create_webhook(self, url: str, kinds: Sequence[str] = ("state",)) -> Dict[str, Any]:
        """Has events sent there; the secret that signs them is in the answer, and nowhere else."""
        return self._json(calls.create_webhook(url, kinds))

    def webhook(self, id: str) -> Dict[str, Any]:
        return self._json(calls.webhook("GET", id))

    def change_webhook(self, id: str, change: Mapping[str, Any]) -> Dict[str, Any]:
        """Where it leads, what it sends, whether it does, or its secret."""
        return self._json(calls.webhook("PATCH", id, dict(change)))

    def delete_webhook(self, id: str) -> None:
        self._call(calls.webhook("DELETE", id))

    def deliveries(self, id: str, *, state: Optional[str] = None) -> List[Dict[str, Any]]:
        """What waits to be sent, and what was given up."""
        return self._json(calls.deliveries(id, state))

    def redeliver(self, id: str, *, delivery: Optional[str] = None) -> int:
        """Sends again what was given up; how many that were."""
        return self._json(calls.redeliver(id, delivery))

    def node(self) -> Dict[str, Any]:
        """What the node has, what is free of it, and how much runs."""
        return self._json(calls.node())

    def node_history(self, *, after: Optional[str] = None) -> NodeHistory:
        """What was allocated and used of the node of late; ``after`` an ISO time, what is newer."""
        return self._json(calls.node_history(after))

    def ledger(self) -> List[Dict[str, Any]]:
        return self._json(calls.ledger())

    def metrics(self) -> str:
        return self._call(calls.metrics()).decode()

    def health(self) -> Dict[str, str]:
        return self._json(calls.health())

    def is_ready(self) -> bool:
        """Whether it takes executions; False while it drains."""
        try:
            self._json(calls.ready())
        except LimberProblem as problem:
            if problem.status == 503:
                return False
            raise
        return True

    # How it is sent

    def _json(self, call: Call) -> Any:
        value = json.loads(self._call(call))
        return value if call.pick is None else value[call.pick]

    def _call(self, call: Call) -> bytes:
        attempt = 0
        while True:
            try:
                with self._open(call) as response:
                    return response.read()
            except (LimberProblem, LimberUnreachable) as problem:
                failure: LimberError = problem
            except (OSError, http.client.HTTPException) as cause:
                failure = LimberUnreachable(self._at.url, cause)
            pause = calls.retry_pause(failure, attempt, call, self._longest_retry)
            if attempt >= self._retries or pause is None:
                raise failure
            time.sleep(pause)
            attempt += 1

    def _resumed(
        self,
        call: Callable[[], Call],
        begin: Callable[[], None],
        is_whole: Callable[[], bool],
    ) -> Iterator[bytes]:
        """The bytes of a stream; after a broken connection those of a new one."""
        failures = 0
        while True:
            begin()
            try:
                with self._open(call()) as response:
                    while True:
                        chunk = response.read1(_CHUNK_BYTES)
                        if not chunk:
                            break
                        failures = 0
                        yield chunk
                # A body in chunks that ends in the middle raises; this one is whole.
                if is_whole():
                    return
            except (LimberUnreachable, OSError, http.client.HTTPException) as cause:
                failures += 1
                if failures > self._retries:
                    raise LimberUnreachable(self._at.url, cause) from cause
            except LimberProblem as problem:
                failures += 1
                pause = calls.retry_pause(problem, failures, call(), self._longest_retry)
                if failures > self._retries or pause is None:
                    raise
                time.sleep(pause)
            time.sleep(0.1 * failures)

    def _open(self, call: Call) -> http.client.HTTPResponse:
        """The answer, when it is none of a failure."""
        target, headers, body = calls.message(self._at, call)
        connection: http.client.HTTPConnection
        if self._at.scheme == "https":
            connection = http.client.HTTPSConnection(
                self._at.host, self._at.port, timeout=calls.READ_TIMEOUT, context=self._ssl_context
            )
        else:
            connection = http.client.HTTPConnection(
                self._at.host, self._at.port, timeout=calls.READ_TIMEOUT
            )
        try:
            connection.request(call.method, target, body, headers)
            response = connection.getresponse()
        except (OSError, http.client.HTTPException) as cause:
            connection.close()
            raise LimberUnreachable(self._at.url, cause) from cause
        if response.status < 400:
            return response
        with response:
            raise problem_of(response.status, response.getheader("retry-after"), response.read())
