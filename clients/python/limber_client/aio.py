"""The asynchronous client: the same methods as the synchronous one."""

from __future__ import annotations

import asyncio
import json
import ssl
from typing import Any, AsyncIterator, Callable, Dict, List, Mapping, Optional, Sequence

from . import _calls as calls
from ._aio_http import Answer, BrokenAnswer, exchange
from ._calls import Call
from ._sse import Events
from .errors import LimberError, LimberProblem, LimberUnreachable, problem_of
from .types import Event, Execution, NewExecution, NodeHistory, Ran, Scaling, Sizes


class AsyncLimberClient:
    """A client of ``limber serve`` for asyncio. Tasks may share it; it holds nothing that must be closed.

    Options and failures are those of LimberClient.
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

    async def create(
        self,
        body: NewExecution,
        *,
        wait_ms: Optional[int] = None,
        idempotency_key: Optional[str] = None,
    ) -> Execution:
        """Submits it; with ``wait_ms`` answers when it has ended, or after that time."""
        return await self._json(calls.create(body, wait_ms, idempotency_key))

    async def foresee(self, body: NewExecution) -> Dict[str, Any]:
        """What would become of it and why; runs nothing. Raises what ``create`` would raise."""
        return await self._json(calls.foresee(body))

    async def run(
        self,
        body: NewExecution,
        *,
        on_event: Optional[Callable[[Event], Any]] = None,
        idempotency_key: Optional[str] = None,
    ) -> Ran:
        """Runs it to its end. When the task is cancelled, or ``on_event`` raises, it is cancelled as well."""
        id = (await self.create(body, idempotency_key=idempotency_key))["id"]
        try:
            if on_event is not None:
                async for event in self.events(id):
                    on_event(event)
            execution = await self.wait(id)
        except LimberError:
            raise
        except BaseException:
            await asyncio.shield(self.cancel(id))
            raise
        return Ran(execution, await self.text(id, "stdout"), await self.text(id, "stderr"))

    async def get(self, id: str) -> Execution:
        return await self._json(calls.get(id))

    async def wait(self, id: str) -> Execution:
        """The execution when it has ended, however long that takes."""
        while True:
            execution: Execution = await self._json(calls.get(id, calls.WAIT_MS))
            if execution["state"] == "ended":
                return execution

    async def page(
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
        return await self._json(calls.page(query, labels))

    async def list(
        self,
        *,
        state: Optional[str] = None,
        outcome: Optional[str] = None,
        labels: Optional[Mapping[str, str]] = None,
    ) -> AsyncIterator[Execution]:
        """All that match, newest first, page by page."""
        cursor: Optional[str] = None
        while True:
            page = await self.page(state=state, outcome=outcome, labels=labels, cursor=cursor)
            for execution in page["executions"]:
                yield execution
            cursor = page.get("next")
            if cursor is None:
                return

    async def cancel(self, id: str) -> Execution:
        """SIGTERM, and SIGKILL after the grace time."""
        return await self._json(calls.cancel(id))

    async def delete(self, id: str) -> None:
        """Forgets one that has ended, with its output and its files."""
        await self._call(calls.delete(id))

    async def events(
        self,
        id: Optional[str] = None,
        *,
        kinds: Optional[Sequence[str]] = None,
        after: Optional[int] = None,
        follow: bool = True,
    ) -> AsyncIterator[Event]:
        """Of one execution to its end, or of the tenant without end; goes on where a connection broke."""
        events = Events(id, kinds, after)
        async for chunk in self._resumed(
            lambda: calls.events(id, kinds, events.last, follow),
            events.begin,
            lambda: events.is_over or id is not None or not follow,
        ):
            for event in events.feed(chunk):
                yield event
            if events.is_over:
                return

    async def output(
        self, id: str, stream: str = "stdout", *, follow: bool = False, from_byte: int = 0
    ) -> AsyncIterator[bytes]:
        """What it wrote, byte for byte; followed, until it has ended."""
        at = from_byte
        async for chunk in self._resumed(
            lambda: calls.output(id, stream, follow, at), lambda: None, lambda: True
        ):
            at += len(chunk)
            yield chunk

    async def text(self, id: str, stream: str = "stdout") -> str:
        """What it wrote so far, as text; bytes that are none are replaced."""
        chunks = [chunk async for chunk in self.output(id, stream)]
        return b"".join(chunks).decode("utf-8", "replace")

    async def send_input(self, id: str, data: bytes) -> None:
        """For one made with ``stdin={"open": True}``; returns when the program has taken it."""
        await self._call(calls.send_input(id, data))

    async def close_input(self, id: str) -> None:
        await self._call(calls.close_input(id))

    async def files(self, id: str, folder: str = "") -> List[Dict[str, str]]:
        """Path and kind of what is in its work folder."""
        return await self._json(calls.files(id, folder))

    async def read_file(self, id: str, path: str) -> bytes:
        return await self._call(calls.read_file(id, path))

    async def write_file(self, id: str, path: str, data: bytes) -> None:
        await self._call(calls.write_file(id, path, data))

    async def archive(self, id: str, folder: str = "", format: str = "tar.gz") -> bytes:
        """All files of its work folder, or of a folder below it."""
        return await self._call(calls.archive(id, folder, format))

    async def put_archive(self, data: bytes) -> Dict[str, Any]:
        """Keeps a tar, tar.gz or zip for executions to come: ``archive={"id": …}``."""
        return await self._json(calls.put_archive(data))

    async def delete_archive(self, id: str) -> None:
        await self._call(calls.delete_archive(id))

    # Steering

    async def change_scaling(self, id: str, change: Scaling, *, dry_run: bool = False) -> Dict[str, Any]:
        """Priority, bounds, mode, policy and settings of one that runs."""
        return await self._json(calls.change_scaling(id, change, dry_run))

    async def change_scaling_of(
        self, labels: Mapping[str, str], change: Scaling, *, dry_run: bool = False
    ) -> Dict[str, Any]:
        """The same for all that run with these labels."""
        return await self._json(calls.change_scaling_of(labels, change, dry_run))

    async def resize(self, id: str, sizes: Sizes, *, dry_run: bool = False) -> Dict[str, Any]:
        """This size; locked from then on, until its mode is ``auto`` again."""
        return await self._json(calls.resize(id, sizes, dry_run))

    async def resize_of(
        self, labels: Mapping[str, str], sizes: Sizes, *, dry_run: bool = False
    ) -> Dict[str, Any]:
        """The same for all that wait or run with these labels."""
        return await self._json(calls.resize_of(labels, sizes, dry_run))

    async def hint(self, id: str, wants: Mapping[str, Any], *, dry_run: bool = False) -> Dict[str, Any]:
        """Says what it will need, as the program could itself."""
        return await self._json(calls.hint(id, wants, dry_run))

    async def hint_of(
        self, labels: Mapping[str, str], wants: Mapping[str, Any], *, dry_run: bool = False
    ) -> Dict[str, Any]:
        """The same for all that wait or run with these labels."""
        return await self._json(calls.hint_of(labels, wants, dry_run))

    async def policies(self) -> List[Dict[str, Any]]:
        return await self._json(calls.policies())

    async def policy(self, name: str) -> Dict[str, Any]:
        return await self._json(calls.policy("GET", name))

    async def put_policy(
        self, name: str, policy: Mapping[str, Any], *, if_version: Optional[int] = None
    ) -> Dict[str, Any]:
        """A built-in policy with other settings; ``if_version`` 0: only if there is none."""
        return await self._json(calls.policy("PUT", name, dict(policy), if_version))

    async def delete_policy(self, name: str) -> None:
        await self._call(calls.policy("DELETE", name))

    async def defaults(self, *, node: bool = False) -> Dict[str, Any]:
        """How executions are scaled that ask for nothing else: of the tenant, or of the node."""
        return await self._json(calls.defaults(node))

    async def put_defaults(
        self, scaling: Scaling, *, node: bool = False, if_version: Optional[int] = None
    ) -> Dict[str, Any]:
        return await self._json(calls.defaults(node, dict(scaling), if_version))

    # Analysis, keys, webhooks and the node

    async def analyze(self, code: str, language: str, *, file: Optional[str] = None) -> Dict[str, Any]:
        """Complexity profile and demand estimate, without running it."""
        return await self._json(calls.analyze(code, language, file))

    async def create_key(self, tenant: str, scopes: Sequence[str], name: str = "") -> Dict[str, Any]:
        """The key itself is in the answer, and nowhere else."""
        return await self._json(calls.create_key(tenant, scopes, name))

    async def keys(self) -> List[Dict[str, Any]]:
        return await self._json(calls.keys())

    async def revoke_key(self, id: str) -> None:
        await self._call(calls.revoke_key(id))

    async def webhooks(self) -> List[Dict[str, Any]]:
        return await self._json(calls.webhooks())

    async def create_webhook(self, url: str, kinds: Sequence[str] = ("state",)) -> Dict[str, Any]:
        """Has events sent there; the secret that signs them is in the answer, and nowhere else."""
        return await self._json(calls.create_webhook(url, kinds))

    async def webhook(self, id: str) -> Dict[str, Any]:
        return await self._json(calls.webhook("GET", id))

    async def change_webhook(self, id: str, change: Mapping[str, Any]) -> Dict[str, Any]:
        """Where it leads, what it sends, whether it does, or its secret."""
        return await self._json(calls.webhook("PATCH", id, dict(change)))

    async def delete_webhook(self, id: str) -> None:
        await self._call(calls.webhook("DELETE", id))

    async def deliveries(self, id: str, *, state: Optional[str] = None) -> List[Dict[str, Any]]:
        """What waits to be sent, and what was given up."""
        return await self._json(calls.deliveries(id, state))

    async def redeliver(self, id: str, *, delivery: Optional[str] = None) -> int:
        """Sends again what was given up; how many that were."""
        return await self._json(calls.redeliver(id, delivery))

    async def node(self) -> Dict[str, Any]:
        """What the node has, what is free of it, and how much runs."""
        return await self._json(calls.node())

    async def node_history(self, *, after: Optional[str] = None) -> NodeHistory:
        """What was allocated and used of the node of late; ``after`` an ISO time, what is newer."""
        return await self._json(calls.node_history(after))

    async def ledger(self) -> List[Dict[str, Any]]:
        return await self._json(calls.ledger())

    async def metrics(self) -> str:
        return (await self._call(calls.metrics())).decode()

    async def health(self) -> Dict[str, str]:
        return await self._json(calls.health())

    async def is_ready(self) -> bool:
        """Whether it takes executions; False while it drains."""
        try:
            await self._json(calls.ready())
        except LimberProblem as problem:
            if problem.status == 503:
                return False
            raise
        return True

    # How it is sent

    async def _json(self, call: Call) -> Any:
        value = json.loads(await self._call(call))
        return value if call.pick is None else value[call.pick]

    async def _call(self, call: Call) -> bytes:
        attempt = 0
        while True:
            try:
                async with exchange(self._at, call, self._ssl_context) as answer:
                    await _refuse(answer)
                    return await answer.read()
            except LimberProblem as problem:
                failure: LimberError = problem
            except (OSError, BrokenAnswer) as cause:
                failure = LimberUnreachable(self._at.url, cause)
            pause = calls.retry_pause(failure, attempt, call, self._longest_retry)
            if attempt >= self._retries or pause is None:
                raise failure
            await asyncio.sleep(pause)
            attempt += 1

    async def _resumed(
        self,
        call: Callable[[], Call],
        begin: Callable[[], None],
        is_whole: Callable[[], bool],
    ) -> AsyncIterator[bytes]:
        """The bytes of a stream; after a broken connection those of a new one."""
        failures = 0
        while True:
            begin()
            try:
                async with exchange(self._at, call(), self._ssl_context) as answer:
                    await _refuse(answer)
                    async for chunk in answer.body:
                        failures = 0
                        yield chunk
                if is_whole():
                    return
            except (OSError, BrokenAnswer) as cause:
                failures += 1
                if failures > self._retries:
                    raise LimberUnreachable(self._at.url, cause) from cause
            except LimberProblem as problem:
                failures += 1
                pause = calls.retry_pause(problem, failures, call(), self._longest_retry)
                if failures > self._retries or pause is None:
                    raise
                await asyncio.sleep(pause)
            await asyncio.sleep(0.1 * failures)


async def _refuse(answer: Answer) -> None:
    """Raises what a failure tells."""
    if answer.status >= 400:
        retry_after = answer.headers.get("retry-after")
        raise problem_of(answer.status, retry_after, await answer.read())
