"""The command line: ``mentormatch check``, ``match``, ``verify``, ``generate``, ``policy`` and ``demo``."""

from mentormatch.cli.command_line import CommandLine
from mentormatch.cli.matching import check, match, verify
from mentormatch.cli.organisations import demo, generate
from mentormatch.cli.policies import policy

main = CommandLine(
    name="mentormatch",
    commands=[check, match, verify, generate, policy, demo],
    help="Mentoring rounds with a proof that no better one exists.",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
"""The program: ``main()`` reads the words of the command line and ends the process with an exit code."""
