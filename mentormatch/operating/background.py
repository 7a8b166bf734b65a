"""The command that runs one background worker by itself, on this machine or on another one."""

import click

from mentormatch.bootstrap import open_site
from mentormatch.jobs.worker import work as work_off


@click.command()
def work() -> None:
    """Run one background worker until Ctrl-C or SIGTERM; what it is at then is ended first."""
    with open_site() as site:
        work_off(site.queue)
