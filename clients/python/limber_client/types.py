"""What is sent and what comes back. The document at ``/openapi.json`` says it in full."""

from __future__ import annotations

from typing import Any, Dict, List, NamedTuple, Optional, TypedDict, Union


class Sizes(TypedDict, total=False):
    """CPU in cores, memory in bytes, rates in bits per second."""

    cpuCores: float
    memoryBytes: int
    ingressBitsPerSecond: float
    egressBitsPerSecond: float


class Scaling(TypedDict, total=False):
    """How it is to be scaled."""

    priority: int
    mode: str
    weight: float
    min: Sizes
    max: Sizes
    budget: Dict[str, float]
    policy: str
    settings: Dict[str, Union[str, float, bool]]


class NewExecution(TypedDict, total=False):
    """``code`` with its ``language``, or an ``entry`` among files, or a ``command``."""

    code: str
    language: str
    files: List[Dict[str, str]]
    archive: Dict[str, str]
    entry: str
    command: List[str]
    args: List[str]
    env: Dict[str, str]
    stdin: Union[str, Dict[str, bool]]
    labels: Dict[str, str]
    network: str
    probe: str
    initial: Sizes
    timeoutMs: int
    graceMs: int
    maxProcesses: int
    maxOutputBytes: int
    tmpBytes: int
    retryLost: bool
    scaling: Scaling


class _Execution(TypedDict):
    id: str
    tenant: str
    state: str
    createdAt: str
    labels: Dict[str, str]
    request: Dict[str, Any]
    scaling: Scaling
    outputBytes: Dict[str, int]


class Execution(_Execution, total=False):
    """One run of submitted code; ``state`` is queued, running or ended."""

    startedAt: str
    endedAt: str
    outcome: str
    exitCode: int
    signal: Optional[str]
    text: str
    allocation: Sizes
    usage: Dict[str, Any]
    spent: Dict[str, float]
    forecast: Dict[str, Any]
    outlook: List[Dict[str, Any]]
    efficiency: Dict[str, float]
    summary: Dict[str, Any]


class NodeReading(TypedDict):
    """``allocated`` by whomever; ``used`` by the tenant, or by all for keys with the scope admin."""

    at: str
    allocated: Sizes
    used: Sizes


class NodeHistory(TypedDict):
    """Readings of the last quarter of an hour, oldest first."""

    intervalMs: int
    readings: List[NodeReading]


class Event(TypedDict):
    """One event of a stream; ``data`` is as its ``kind`` has it."""

    sequence: int
    execution: str
    kind: str
    at: str
    data: Dict[str, Any]


class Ran(NamedTuple):
    """A program that has ended, with what it wrote."""

    execution: Execution
    stdout: str
    stderr: str
