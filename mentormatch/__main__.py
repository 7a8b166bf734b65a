"""``python -m mentormatch`` is the command ``mentormatch``."""

from mentormatch.cli import main

if __name__ == "__main__":
    main(prog_name="mentormatch")
