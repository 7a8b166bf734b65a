"""The command that runs the portal: a web server and background workers, watched by one process."""

import os
import socket
import sys
from collections.abc import Sequence

import click

from mentormatch.files.carried_folders import find_folder
from mentormatch.operating.addresses import listen_at, own_address, read_address, show_address
from mentormatch.operating.supervising import Child, Supervisor
from mentormatch.settings import load_settings

PYTHON = (sys.executable, "-P")


@click.command()
@click.option("--bind", metavar="HOST:PORT", help="Where to listen; without it, on this machine only.")
@click.option("--web-workers", type=click.IntRange(1, 64), help="Processes that answer requests.")
@click.option("--workers/--no-workers", "with_workers", default=True, help="Whether background workers run as well.")
def serve(bind: str | None, web_workers: int | None, with_workers: bool) -> None:
    """Run the portal until Ctrl-C or SIGTERM: a web server and background workers.

    The settings say the rest; see config/default.toml.
    """
    from mentormatch.bootstrap import open_site  # the demonstration starts the same processes without it

    settings = load_settings()
    open_site(settings).close()
    with listen_at(*(read_address(bind) if bind else own_address(settings))) as listener:
        children = list_children(listener, web_workers, settings.jobs.workers if with_workers else 0)
        with Supervisor(children, say) as supervisor:
            say(f"MentorMatch is at {settings.public_url} and listens at {show_address(listener)}; Ctrl-C stops it.")
            supervisor.watch()


def list_children(
    listener: socket.socket, web_workers: int | None, background: int, *, is_quiet: bool = False
) -> Sequence[Child]:
    """Return the processes of a portal that answers at a socket, with so many background workers.

    A web server that is killed loses no connection: the socket stays open meanwhile. ``is_quiet`` logs no requests.
    """
    number = listener.fileno()
    settings = str(find_folder("config") / "gunicorn.conf.py")
    web = [*PYTHON, "-m", "gunicorn", "--config", settings, "--bind", f"fd://{number}"]
    web += ["--workers", str(web_workers)] if web_workers else []
    web += ["--access-logfile", os.devnull] if is_quiet else []
    work = [*PYTHON, "-m", "mentormatch", "work"]
    workers = [Child(f"background worker {k}", work) for k in range(1, background + 1)]
    return [Child("web server", web, files=(number,), is_vital=True), *workers]


def say(sentence: str) -> None:
    """Print a sentence for whoever runs the portal."""
    click.echo(sentence, err=True)
