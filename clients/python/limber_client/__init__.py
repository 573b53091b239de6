"""Client of ``limber serve``: runs code and steers its scaling while it runs."""

from .aio import AsyncLimberClient
from .client import LimberClient
from .errors import LimberError, LimberProblem, LimberUnreachable
from .types import Event, Execution, NewExecution, NodeHistory, Ran, Scaling, Sizes

__all__ = [
    "AsyncLimberClient",
    "Event",
    "Execution",
    "LimberClient",
    "LimberError",
    "LimberProblem",
    "LimberUnreachable",
    "NewExecution",
    "NodeHistory",
    "Ran",
    "Scaling",
    "Sizes",
]
