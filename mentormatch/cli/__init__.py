"""The command line: ``mentormatch`` and everything that it can be asked to do."""

from mentormatch.cli.audits import audit
from mentormatch.cli.command_line import CommandLine
from mentormatch.cli.comparisons import compare
from mentormatch.cli.explanations import explain
from mentormatch.cli.matching import check, match, verify
from mentormatch.cli.organisations import demo, generate
from mentormatch.cli.policies import policy
from mentormatch.cli.portal_commands import list_portal_commands
from mentormatch.cli.repairs import repair
from mentormatch.cli.reports import report

main = CommandLine(
    name="mentormatch",
    commands=[
        *(check, match, verify, explain, repair, compare, audit, report, generate, policy, demo),
        *list_portal_commands(),
    ],
    help="Mentoring rounds with a proof that no better one exists.",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
"""The program: ``main()`` reads the words of the command line and ends the process with an exit code."""
