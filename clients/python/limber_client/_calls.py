"""What each operation is asked for with: the same for both clients, and no I/O."""

from __future__ import annotations

import json
import os
import uuid
from typing import Any, Dict, Mapping, NamedTuple, Optional, Sequence, Tuple, Union
from urllib.parse import quote, urlencode, urlsplit

DEFAULT_URL = "http://127.0.0.1:7411"
WAIT_MS = 60_000
#: A server that works sends a sign of life every 15 s, and answers a wait after WAIT_MS.
READ_TIMEOUT = 90.0

Query = Mapping[str, Union[str, int, bool, Sequence[str], None]]


class Call(NamedTuple):
    """One request; ``pick`` is the part of its JSON that is wanted, ``read`` how its body is read."""

    method: str
    path: str
    query: Query = {}
    headers: Mapping[str, str] = {}
    json: Any = None
    data: Optional[bytes] = None
    read: str = "json"
    pick: Optional[str] = None
    repeatable: bool = True


class Address(NamedTuple):
    """Where the server is, and who asks."""

    url: str
    scheme: str
    host: str
    port: int
    prefix: str
    api_key: Optional[str]


def address(url: Optional[str], api_key: Optional[str]) -> Address:
    """By default that of LIMBER_SERVER, with the key of LIMBER_API_KEY."""
    whole = (url or os.environ.get("LIMBER_SERVER") or DEFAULT_URL).rstrip("/")
    parts = urlsplit(whole)
    if parts.scheme not in ("http", "https") or parts.hostname is None:
        raise ValueError(f"expected an address like http://HOST:7411, got {whole!r}")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    key = api_key if api_key is not None else os.environ.get("LIMBER_API_KEY")
    return Address(whole, parts.scheme, parts.hostname, port, parts.path, key)


def message(at: Address, call: Call) -> Tuple[str, Dict[str, str], Optional[bytes]]:
    """Target, headers and body as they are sent."""
    pairs = [
        (name, str(one).lower() if isinstance(one, bool) else str(one))
        for name, value in call.query.items()
        if value is not None
        for one in (value if isinstance(value, (list, tuple)) else [value])
    ]
    target = at.prefix + call.path + ("?" + urlencode(pairs) if pairs else "")
    headers = {"host": f"{at.host}:{at.port}", "connection": "close", **call.headers}
    if at.api_key is not None:
        headers["authorization"] = f"Bearer {at.api_key}"
    body = call.data
    if call.json is not None:
        body = json.dumps(call.json).encode()
        headers["content-type"] = "application/json"
    elif body is not None:
        headers["content-type"] = "application/octet-stream"
    if body is not None or call.method != "GET":
        headers["content-length"] = str(len(body or b""))
    return target, headers, body


def retry_pause(
    failure: Any, attempt: int, call: Call, longest: float
) -> Optional[float]:
    """Seconds after which to send it again; None where that does not help."""
    doubled = min(5.0, 0.1 * 2**attempt)
    if not hasattr(failure, "status"):
        return doubled if call.repeatable else None
    after = failure.retry_after
    # What says when to come again has carried nothing out.
    return None if after is None or after > longest else max(after, 0.1)


def _of(id: str, end: str = "") -> str:
    return f"/v1/executions/{quote(id, safe='')}{end}"


def _labels(labels: Optional[Mapping[str, str]]) -> Sequence[str]:
    return [f"{name}={value}" for name, value in (labels or {}).items()]


def create(body: Mapping[str, Any], wait_ms: Optional[int], key: Optional[str]) -> Call:
    headers = {"idempotency-key": key or str(uuid.uuid4())}
    return Call("POST", "/v1/executions", {"waitMs": wait_ms}, headers, dict(body))


def foresee(body: Mapping[str, Any]) -> Call:
    return Call("POST", "/v1/executions", {"dryRun": True}, json=dict(body))


def page(query: Mapping[str, Any], labels: Optional[Mapping[str, str]]) -> Call:
    return Call("GET", "/v1/executions", {**query, "label": _labels(labels)})


def get(id: str, wait_ms: Optional[int] = None) -> Call:
    return Call("GET", _of(id), {"waitMs": wait_ms})


def cancel(id: str) -> Call:
    return Call("POST", _of(id, "/cancel"))


def delete(id: str) -> Call:
    return Call("DELETE", _of(id), read="none")


def output(id: str, stream: str, follow: bool, from_byte: int) -> Call:
    if stream not in ("stdout", "stderr"):
        raise ValueError(f"stream: expected stdout or stderr, got {stream!r}")
    return Call("GET", _of(id, f"/output/{stream}"), {"follow": follow, "fromByte": from_byte})


def events(
    id: Optional[str], kinds: Optional[Sequence[str]], after: Optional[int], follow: bool
) -> Call:
    headers = {} if after is None else {"last-event-id": str(after)}
    path = "/v1/events" if id is None else _of(id, "/events")
    # A stream of all kinds of one execution: its end says that nothing more comes.
    named = ",".join(kinds) if kinds and id is None else None
    return Call("GET", path, {"follow": follow, "kinds": named}, headers)


def send_input(id: str, data: bytes) -> Call:
    return Call("POST", _of(id, "/stdin"), data=data, read="none", repeatable=False)


def close_input(id: str) -> Call:
    return Call("POST", _of(id, "/stdin/close"), read="none")


def files(id: str, folder: str) -> Call:
    return Call("GET", _of(id, "/files"), {"folder": folder}, pick="entries")


def read_file(id: str, path: str) -> Call:
    return Call("GET", _of(id, f"/files/{quote(path)}"), read="bytes")


def write_file(id: str, path: str, data: bytes) -> Call:
    return Call("PUT", _of(id, f"/files/{quote(path)}"), data=data, read="none")


def archive(id: str, folder: str, format: str) -> Call:
    return Call("GET", _of(id, "/archive"), {"folder": folder, "format": format}, read="bytes")


def put_archive(data: bytes) -> Call:
    return Call("POST", "/v1/archives", data=data)


def delete_archive(id: str) -> Call:
    return Call("DELETE", f"/v1/archives/{quote(id, safe='')}", read="none")


def change_scaling(id: str, change: Mapping[str, Any], dry_run: bool) -> Call:
    return Call("PATCH", _of(id, "/scaling"), {"dryRun": dry_run}, json=dict(change))


def change_scaling_of(labels: Mapping[str, str], change: Mapping[str, Any], dry_run: bool) -> Call:
    query = {"label": _labels(labels), "dryRun": dry_run}
    return Call("PATCH", "/v1/executions/scaling", query, json=dict(change))


def resize(id: str, sizes: Mapping[str, Any], dry_run: bool) -> Call:
    return Call("POST", _of(id, "/resize"), {"dryRun": dry_run}, json=dict(sizes), repeatable=False)


def resize_of(labels: Mapping[str, str], sizes: Mapping[str, Any], dry_run: bool) -> Call:
    query = {"label": _labels(labels), "dryRun": dry_run}
    return Call("POST", "/v1/executions/resize", query, json=dict(sizes), repeatable=False)


def hint(id: str, wants: Mapping[str, Any], dry_run: bool) -> Call:
    return Call("POST", _of(id, "/hints"), {"dryRun": dry_run}, json=dict(wants), repeatable=False)


def hint_of(labels: Mapping[str, str], wants: Mapping[str, Any], dry_run: bool) -> Call:
    query = {"label": _labels(labels), "dryRun": dry_run}
    return Call("POST", "/v1/executions/hints", query, json=dict(wants), repeatable=False)


def _if_version(version: Optional[int]) -> Mapping[str, str]:
    return {} if version is None else {"if-match": f'"{version}"'}


def policy(method: str, name: str, body: Any = None, version: Optional[int] = None) -> Call:
    read = "none" if method == "DELETE" else "json"
    path = f"/v1/policies/{quote(name, safe='')}"
    return Call(method, path, {}, _if_version(version), body, read=read)


def policies() -> Call:
    return Call("GET", "/v1/policies", pick="policies")


def defaults(node: bool, body: Any = None, version: Optional[int] = None) -> Call:
    path = "/v1/node/defaults" if node else "/v1/defaults"
    return Call("GET" if body is None else "PUT", path, {}, _if_version(version), body)


def analyze(code: str, language: str, file: Optional[str]) -> Call:
    named = {} if file is None else {"file": file}
    return Call("POST", "/v1/analyze", json={"code": code, "language": language, **named})


def create_key(tenant: str, scopes: Sequence[str], name: str) -> Call:
    body = {"tenant": tenant, "scopes": list(scopes), "name": name}
    return Call("POST", "/v1/keys", json=body, repeatable=False)


def keys() -> Call:
    return Call("GET", "/v1/keys", pick="keys")


def revoke_key(id: str) -> Call:
    return Call("DELETE", f"/v1/keys/{quote(id, safe='')}", read="none")


def webhooks() -> Call:
    return Call("GET", "/v1/webhooks", pick="webhooks")


def create_webhook(url: str, kinds: Sequence[str]) -> Call:
    body = {"url": url, "kinds": list(kinds)}
    return Call("POST", "/v1/webhooks", json=body, repeatable=False)


def webhook(method: str, id: str, change: Any = None) -> Call:
    read = "none" if method == "DELETE" else "json"
    return Call(method, f"/v1/webhooks/{quote(id, safe='')}", json=change, read=read)


def deliveries(id: str, state: Optional[str]) -> Call:
    path = f"/v1/webhooks/{quote(id, safe='')}/deliveries"
    return Call("GET", path, {"state": state}, pick="deliveries")


def redeliver(id: str, delivery: Optional[str]) -> Call:
    path = f"/v1/webhooks/{quote(id, safe='')}/redeliver"
    return Call("POST", path, {"delivery": delivery}, pick="deliveries", repeatable=False)


def node() -> Call:
    return Call("GET", "/v1/node")


def node_history(after: Optional[str]) -> Call:
    return Call("GET", "/v1/node/history", {"after": after})


def ledger() -> Call:
    return Call("GET", "/v1/node/ledger", pick="reservations")


def metrics() -> Call:
    return Call("GET", "/metrics", read="bytes")


def health() -> Call:
    return Call("GET", "/healthz")


def ready() -> Call:
    return Call("GET", "/readyz")
