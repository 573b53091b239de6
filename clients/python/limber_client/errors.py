"""What can go wrong."""

from __future__ import annotations

import json
from typing import Optional


class LimberError(Exception):
    """Of every failure that this package tells."""


class LimberUnreachable(LimberError):
    """Nobody answers at the address, or the connection broke; ``__cause__`` says how."""

    def __init__(self, url: str, cause: BaseException) -> None:
        super().__init__(f"Cannot reach {url}: {cause}. Is limber serve running there?")
        self.url = url
        self.__cause__ = cause


class LimberProblem(LimberError):
    """What the server answered (RFC 9457).

    ``status`` is the HTTP status, ``code`` the name in the catalogue of errors, ``detail`` what was
    expected, what was got and what to do; ``retry_after`` seconds, where it said when to come again.
    """

    def __init__(self, status: int, code: str, detail: str, retry_after: Optional[float]) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.retry_after = retry_after


def problem_of(status: int, retry_after: Optional[str], body: bytes) -> LimberProblem:
    """The problem that an answer tells of, whoever gave it."""
    seconds = float(retry_after) if retry_after is not None and retry_after.isdigit() else None
    try:
        told = json.loads(body)
        return LimberProblem(status, str(told["code"]), str(told["detail"]), seconds)
    except (ValueError, KeyError, TypeError):
        text = body[:200].decode("utf-8", "replace")
        return LimberProblem(status, "unknown", f"{status}, which no Limber says: {text}", seconds)
