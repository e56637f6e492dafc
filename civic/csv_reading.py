# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reading the CSV of offices: UTF-8 or Windows-1252, with `;`, `,` or tabs, whichever the spreadsheet saved."""

import codecs
import csv
import io
from collections.abc import Iterator
from typing import IO

from flask_babel import gettext as _

ENCODINGS = ("utf-8-sig", "cp1252")
DELIMITERS = (";", ",", "\t")
_BLOCK = 65536


class NotText(ValueError):
    """The file is none that can be read; the message says what to do."""


class Unreadable(ValueError):
    """A line is no CSV: `line` is its number, the message is the reader's own."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def rows(file: IO[bytes]) -> Iterator[tuple[int, list[str]]]:
    """The number and the cells of each line, the first one whatever it holds, then those that are not empty.

    The file may be larger than memory. Raises NotText, or Unreadable at the line in question.
    """
    delimiter = _delimiter(file)
    reader = csv.reader(_text(file), delimiter=delimiter)
    try:
        yield 1, next(reader, [])
        for row in reader:
            if any(cell.strip() for cell in row):
                yield reader.line_num, row
    except csv.Error as error:
        raise Unreadable(reader.line_num, str(error)) from error


def _text(file: IO[bytes]) -> io.TextIOWrapper:
    """The file as text, in the first encoding that can read all of it."""
    for encoding in ENCODINGS:
        if _can_read(file, encoding):
            file.seek(0)
            return io.TextIOWrapper(file, encoding=encoding, newline="")
    raise NotText(_("This is not a text file: in the spreadsheet, save as “CSV UTF-8”."))


def _can_read(file: IO[bytes], encoding: str) -> bool:
    """Whether the encoding reads the whole file, and finds text in it."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while block := file.read(_BLOCK):
            if "\x00" in decoder.decode(block):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(file: IO[bytes]) -> str:
    """The separator that the first line has most of."""
    file.seek(0)
    head = file.readline(4096)
    return max(DELIMITERS, key=lambda mark: head.count(mark.encode()))
