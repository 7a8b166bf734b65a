"""The command that explains an outcome: why this pairing, why not that one, why nobody, what each rule costs."""

from pathlib import Path

import click

AnyPath = click.Path(path_type=Path)
QUESTIONS = ("--pair", "--why-not", "--person", "--prices", "--recruit")


@click.command()
@click.argument("out", metavar="OUT", type=AnyPath)
@click.option(
    "--pair", nargs=2, metavar="MENTOR MENTEE", help="Why this pairing, and what the mentor's place is worth."
)
@click.option("--why-not", "refused", nargs=2, metavar="MENTOR MENTEE", help="Why not this pairing.")
@click.option(
    "--exact", is_flag=True, help="With --pair or --why-not: match again without or with it, and show what changes."
)
@click.option("--person", metavar="ID", help="Why this person has no place, and what would have helped.")
@click.option("--employee", is_flag=True, help="Answer in words for the person concerned; they name nobody else.")
@click.option("--prices", is_flag=True, help="What each rule, limit and lock of the round costs.")
@click.option("--recruit", is_flag=True, help="Where one more place would bring most.")
@click.option("--format", "layout", type=click.Choice(["table", "json"]), default="table", help="How to print it.")
def explain(
    out: Path,
    pair: tuple[str, str] | None,
    refused: tuple[str, str] | None,
    exact: bool,
    person: str | None,
    employee: bool,
    prices: bool,
    recruit: bool,
    layout: str,
) -> None:
    """Explain the outcome in OUT: by the prices of its proof, or by matching the round again."""
    _check_words((pair, refused, person, prices, recruit), exact=exact, employee=employee)
    from mentormatch.cli.baselines import read_baseline
    from mentormatch.cli.rounds import open_consoles

    base, (console, errors) = read_baseline(out), open_consoles()
    if pair is not None or refused is not None:
        from mentormatch.cli.answers_pairs import answer_pair, answer_refusal

        if pair is not None:
            answer_pair(base, pair, console, layout, exact=exact)
        elif refused is not None:
            answer_refusal(base, refused, console, layout, exact=exact, for_employee=employee)
    elif person is not None:
        from mentormatch.cli.answers_unpaired import answer_unpaired

        answer_unpaired(base, person, console, layout, for_employee=employee)
    else:
        from mentormatch.cli.answers_prices import answer_prices, answer_recruiting

        (answer_prices if prices else answer_recruiting)(base, console, errors, layout)


def _check_words(asked: tuple[object, ...], *, exact: bool, employee: bool) -> None:
    """Refuse words that do not make one question."""
    questions = [name for name, words in zip(QUESTIONS, asked, strict=True) if words]
    if len(questions) != 1:
        raise click.UsageError(f"Say one of {', '.join(QUESTIONS[:-1])} or {QUESTIONS[-1]}.")
    if exact and questions[0] not in ("--pair", "--why-not"):
        raise click.UsageError("--exact goes with --pair or --why-not.")
    if employee and questions[0] not in ("--why-not", "--person"):
        raise click.UsageError("--employee goes with --why-not or --person.")
