"""Looks into a running Python program and tells Limber; docs/guides/probes.md has the protocol.

It must not change what the program does: it prints nothing, raises nothing, calls none of the
program's code (exact built-in types only), and keeps nothing of the program alive after a look.
"""
from .watch import start

__all__ = ["start"]
