"""Fonts of the printed file: found on this machine, checked letter by letter, so that no reader sees an empty box."""

import os
import struct
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from staffing.errors import SettingsError

CHINESE = (
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJKsc-Regular.otf",
    "NotoSansSC-Regular.otf",
    "NotoSansSC-Regular.ttf",
    "SourceHanSans.ttc",
    "SourceHanSans-Regular.ttc",
    "SourceHanSansSC-Regular.otf",
    "SourceHanSansCN-Regular.otf",
    "wqy-microhei.ttc",
    "wqy-zenhei.ttc",
    "DroidSansFallbackFull.ttf",
    "DroidSansFallback.ttf",
    "msyh.ttc",
    "simhei.ttf",
    "simsun.ttc",
    "PingFang.ttc",
    "Hiragino Sans GB.ttc",
    "STHeiti Light.ttc",
    "Arial Unicode.ttf",
)
LATIN = (
    "DejaVuSans.ttf",
    "NotoSans-Regular.ttf",
    "LiberationSans-Regular.ttf",
    "segoeui.ttf",
    "Arial.ttf",
)
SIMPLIFIED = (" SC", " CN", " GB", "YaHei", "SimSun")
"""Marks of the simplified Chinese face in a file of several faces, whose first is often the Japanese one."""
CHINESE_CODES = ((0x2E80, 0x9FFF), (0xF900, 0xFAFF), (0xFF01, 0xFFEE), (0x20000, 0x33FFF))
"""Ranges of Unicode: radicals to unified ideographs, compatibility forms, full-width forms, extensions."""
STAND_INS: Mapping[str, str] = {"→": "->", "✓": "(+)", "▼": "(-)", "−": "-", "≥": ">=", "≤": "<="}
"""What is written for a sign that no font has."""
ALWAYS = frozenset(map(chr, range(32, 127)))
CORE = frozenset(bytes([code]).decode("cp1252", "ignore") for code in range(32, 256)) - {""}
"""Letters of the font that every reader of PDF files has."""


class NoFontError(SettingsError):
    """Letters of the report are in no font of this machine; `letters` names the first of them."""

    def __init__(self, letters: str) -> None:
        self.letters = letters
        super().__init__(
            f"no font with {letters!r} was found; install Noto Sans CJK, or set STAFFING_PDF_FONT to a font file"
        )


@dataclass(frozen=True, slots=True)
class Face:
    """One face of a font file, and the letters that it is used for."""

    path: Path
    number: int
    letters: frozenset[str]


def is_chinese(letter: str) -> bool:
    """Whether a letter is of the Chinese writing, its punctuation and full-width forms included."""
    return any(low <= ord(letter) <= high for low, high in CHINESE_CODES)


def faces_for(letters: Iterable[str], chosen: Path | None = None) -> tuple[Face, ...]:
    """The fewest faces, in order of preference, that hold all letters; none where the readers' own font does.

    Parameters
    ----------
    letters : iterable of str
        Single characters.
    chosen : path, optional
        A TrueType or OpenType file, or a collection of them, that comes first.

    Raises
    ------
    NoFontError
        When a letter, mark or digit is in no font. Signs without a font have stand-ins instead.
    SettingsError
        When `chosen` is no font.
    """
    left = {letter for letter in letters if unicodedata.category(letter)[0] != "C"} | ALWAYS
    faces = []
    for path in _candidates(any(map(is_chinese, left)), chosen):
        number, has = _face(path, is_chosen=path == chosen)
        held = frozenset(left & has)
        if not held <= STAND_INS.keys():
            faces.append(Face(path, number, held))
            left -= held
        if left <= STAND_INS.keys():
            break
    lost = _lost(left if faces else left - CORE)
    if lost:
        raise NoFontError("".join(lost[:8]))
    return tuple(faces)


def printable(value: str, held: frozenset[str]) -> str:
    """The text in letters that are held: controls are left out, a sign without a font is named or stood in for."""
    parts = []
    for letter in value:
        if letter in held:
            parts.append(letter)
        elif letter in STAND_INS:
            parts.append(STAND_INS[letter])
        elif letter.isspace() or unicodedata.category(letter) == "Cc":
            parts.append(" ")
        elif unicodedata.category(letter)[0] != "C":
            parts.append(f"U+{ord(letter):04X}")
    return "".join(parts)


def font_problem(texts: Iterable[str], chosen: Path | None = None) -> str | None:
    """Why the texts cannot be printed here: ``bad_font``, ``no_font``, or None. A quick look that opens no file."""
    if chosen is not None:
        return None if chosen.is_file() else "bad_font"
    if not any(map(is_chinese, "".join(texts))):
        return None
    known = {name.casefold() for name in CHINESE}
    return None if any(path.name.casefold() in known for path in _candidates(True, None)) else "no_font"


def _lost(left: Iterable[str]) -> list[str]:
    """What must not be replaced: letters, marks and digits."""
    return sorted(letter for letter in left if unicodedata.category(letter)[0] in "LMN")


def _candidates(chinese: bool, chosen: Path | None) -> Iterator[Path]:
    """Font files of this machine, the best first."""
    if chosen is not None:
        yield chosen
    found: dict[str, Path] = {}
    for place in _places():
        for folder, _, names in os.walk(place):
            for name in names:
                found.setdefault(name.casefold(), Path(folder, name))
    for name in (*CHINESE, *LATIN) if chinese else (*LATIN, *CHINESE):
        if name.casefold() in found:
            yield found[name.casefold()]


def _places() -> tuple[Path, ...]:
    """Where systems keep their fonts: Linux, macOS, Windows."""
    mine = Path("~").expanduser()
    return (
        mine / ".fonts",
        mine / ".local/share/fonts",
        mine / "Library/Fonts",
        Path("/usr/local/share/fonts"),
        Path("/usr/share/fonts"),
        Path("/Library/Fonts"),
        Path("/System/Library/Fonts"),
        Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts",
    )


def _face(path: Path, *, is_chosen: bool) -> tuple[int, frozenset[str]]:
    """Number and letters of the face to use; a font that cannot be read has no letters.

    The library tells damaged tables by errors of its own and of others, and WOFF2 by a module that it lacks.
    """
    from fontTools.ttLib import TTCollection, TTFont, TTLibError

    try:
        with path.open("rb") as file:
            number, is_many = 0, file.read(4) == b"ttcf"
            file.seek(0)
            if is_many:
                names = [str(font["name"].getDebugName(4)) for font in TTCollection(file, lazy=True).fonts]
                number = next((at for at, name in enumerate(names) if any(mark in name for mark in SIMPLIFIED)), 0)
                file.seek(0)
            font = TTFont(file, fontNumber=number, lazy=True)
            if "fvar" in font:
                raise TTLibError("a variable font")
            return number, frozenset(map(chr, font.getBestCmap() or ()))
    except (OSError, TTLibError, ImportError, struct.error, LookupError, ValueError, AssertionError) as error:
        if is_chosen:
            wanted = "a TrueType or OpenType font file that is not variable"
            raise SettingsError(f"STAFFING_PDF_FONT is {str(path)!r}, expected {wanted}: {error}") from None
        return 0, frozenset()
