"""Numbers and words in addresses: which of them mean something."""

import re
from enum import StrEnum
from typing import override

from flask import Flask, request
from werkzeug.routing import IntegerConverter, ValidationError

LARGEST_KEY = 2**31 - 1
"""The largest number that every database can look for."""
PAGE = re.compile(r"[1-9][0-9]{0,6}")
KEY = re.compile(r"[0-9]{1,9}")


class KeyConverter(IntegerConverter):
    """The number of something stored. What no database could hold is the address of nothing, not an error."""

    regex = r"[0-9]+"

    @override
    def to_python(self, value: str) -> int:
        """Return the number, unless it is written too long to be one."""
        if len(value) > len(str(LARGEST_KEY)) or int(value) > LARGEST_KEY:
            raise ValidationError
        return int(value)


def read_keys(app: Flask) -> None:
    """Have every number in the path of an address read as that of something stored."""
    app.url_map.converters["int"] = KeyConverter


def page_number() -> int:
    """Return which page of a list an address means, the first where it does not say."""
    given = request.args.get("page", "")
    return int(given) if PAGE.fullmatch(given) else 1


def read_key(text: str | None) -> int | None:
    """Return the number of something stored that a text is, if it is one."""
    return int(text) if text and KEY.fullmatch(text) else None


def key_in(name: str) -> int | None:
    """Return the number of something stored that the question of an address names, if it names one."""
    return read_key(request.args.get(name))


def word_in[Word: StrEnum](words: type[Word], name: str) -> Word | None:
    """Return the word that a filter of an address names, if there is such a word."""
    given = request.args.get(name, "")
    return words(given) if given in set(words) else None
