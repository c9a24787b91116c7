"""Files as one zip."""

import io
import zipfile
from collections.abc import Mapping

FIXED = (2000, 1, 1, 0, 0, 0)
"""The date of every file in it, so that the same files are the same zip."""


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip of files by their path in it, whose bytes depend on nothing but them.

    Examples
    --------
    >>> zipped({"b": b"2", "a": b"1"}) == zipped({"a": b"1", "b": b"2"})
    True
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, FIXED), files[name], zipfile.ZIP_DEFLATED)
    return out.getvalue()
