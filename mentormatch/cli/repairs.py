"""The command that mends an outcome after declines and departures."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import override

import click

AnyPath = click.Path(path_type=Path)
WORDS_OF = {"--decline": 2, "--leaver": 1}
"""The options that may be followed by several pairs, or several people, and how many words each takes."""


class SeveralWords(click.Command):
    """A command whose options may be followed by several pairs or people, provided that its argument stands first."""

    @override
    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Write the option again before each further pair or person, then read the words as always."""
        is_plain = not args or args[0].startswith("-")
        return super().parse_args(ctx, args if is_plain else list(repeat_options(args)))


def repeat_options(words: Sequence[str]) -> Iterator[str]:
    """Yield the words of a command line with the option before each pair or person that follows one."""
    place = 0
    while place < len(words):
        word = words[place]
        size = WORDS_OF.get(word, 0)
        yield from words[place : place + 1 + size]
        place += 1 + size
        while size and _has_more(words[place : place + size], size):
            yield from (word, *words[place : place + size])
            place += size


def _has_more(words: Sequence[str], size: int) -> bool:
    """Whether as many words follow as an option takes, and none of them is an option itself."""
    return len(words) == size and not any(word.startswith("-") for word in words)


@click.command(cls=SeveralWords)
@click.argument("out", metavar="OUT", type=AnyPath)
@click.option(
    "--decline",
    "declined",
    nargs=2,
    multiple=True,
    metavar="MENTOR MENTEE",
    help="A pairing of OUT that was declined; more pairs may follow.",
)
@click.option("--leaver", "leavers", multiple=True, metavar="ID", help="Somebody who has left; more ids may follow.")
@click.option("--out", "target", type=AnyPath, help="Directory for the repaired outcome; without it, OUT-repaired.")
@click.option("--format", "layout", type=click.Choice(["table", "json"]), default="table", help="How to print it.")
def repair(
    out: Path, declined: Sequence[tuple[str, str]], leavers: Sequence[str], target: Path | None, layout: str
) -> int:
    """Match an outcome again after declines and departures, keeping every other pairing.

    The declined pairings are forbidden from then on. Free places go to those whom the stages serve first: people whose
    pairing ended and everybody who is still waiting. OUT stays as it is.
    """
    from mentormatch.cli.mending import repair_into
    from mentormatch.cli.repair_rendering import print_repair, write_repair
    from mentormatch.cli.rounds import open_consoles

    console, errors = open_consoles()
    place = target or out.absolute().with_name(f"{out.absolute().name}-repaired")
    done = repair_into(out, place, declined, leavers, errors)
    if layout == "json":
        click.echo(write_repair(done))
    else:
        print_repair(console, done)
    return 0 if done.status == "proven" else 3
