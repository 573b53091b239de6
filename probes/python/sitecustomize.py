"""Starts Limber's probe, then the sitecustomize that Python would have run without it."""
import sys


def _limber_start():
    here = __file__[: -len("/sitecustomize.py")]
    # The program must not find Limber's modules by accident, nor see the folder.
    sys.path[:] = [path for path in sys.path if path != here]
    try:
        sys.path.insert(0, here)
        try:
            import _limber
        finally:
            sys.path.remove(here)
        _limber.start()
    except Exception:
        pass  # Whatever is wrong with the probe is no business of the program.
    import os

    if "LIMBER_WARM" in os.environ:
        os._exit(125)  # There is no program yet.


class _LimberHint:
    """Finds `limber_hint`, and nothing else, without a folder on the program's path."""

    folder = __file__[: -len("/sitecustomize.py")]

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name != "limber_hint":
            return None
        from importlib.util import spec_from_file_location

        return spec_from_file_location(name, cls.folder + "/limber_hint.py")


sys.meta_path.append(_LimberHint)
_limber_start()
del _limber_start, _LimberHint

# As if this one had never been: the next one takes its name, and where there is none, Python is told
# so by the same error.
del sys.modules["sitecustomize"]
import sitecustomize  # noqa: E402, F401
