#!/bin/sh
# Builds .venv from the hashed lock files and puts MentorMatch into it; answers at once when nothing has changed.
#
#   sh requirements/install.sh core        the library and the command line
#   sh requirements/install.sh portal      the same, with the portal
#   sh requirements/install.sh dev         the same, with what tests and linters need
#   sh requirements/install.sh uv          nothing of that: it only says where the installer is
#
# PYTHON in the environment chooses the interpreter. Nothing outside the checkout is changed.
set -eu
cd "$(dirname "$0")/.."

wanted=${1:-dev}
venv_python=.venv/bin/python
stamp=.venv/installed

say() { printf '%s\n' "$*" >&2; }

case $wanted in
    core | portal | dev | uv) ;;
    *) say "There is nothing called $wanted to install; say core, portal, dev or uv."; exit 1 ;;
esac

# A candidate counts only if it runs: a shim can be on PATH and still refuse, and some systems ship Python without venv.
can_build_environments() {
    "$1" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1
}

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        if can_build_environments "$PYTHON"; then python=$PYTHON; return; fi
        say "PYTHON=$PYTHON is not a Python 3.12 or newer with its venv module; name another one, or leave PYTHON out."
        exit 1
    fi
    for python in python3.14 python3.13 python3.12 python3 python; do
        if can_build_environments "$python"; then return; fi
    done
    say "MentorMatch needs Python 3.12 or newer with its venv module (Debian and Ubuntu: the package python3-venv)," \
        "and none was found; if you have one elsewhere, name it: make install PYTHON=/path/to/python3"
    exit 1
}

# uv from PATH if it is there, else in a tools environment of this checkout, never in the user's own Python.
find_uv() {
    if command -v uv >/dev/null 2>&1; then uv=uv; return; fi
    uv=.tools/bin/uv
    if "$uv" --version >/dev/null 2>&1 && cmp -s requirements/tools.txt .tools/installed; then return; fi
    find_python
    rm -rf .tools
    say "Fetching the installer ..."
    "$python" -m venv .tools
    .tools/bin/python -m pip --quiet --disable-pip-version-check install \
        --require-hashes --only-binary :all: --requirement requirements/tools.txt
    cp requirements/tools.txt .tools/installed
}

# Everything that the environment depends on: where it stands, what is in the locks, how the project is packed.
fingerprint() {
    { pwd -P; cat requirements/core.txt requirements/portal.txt requirements/build.txt requirements/dev.txt pyproject.toml; } | cksum
}

interpreter_of() { "$1" -c 'import sys; print(sys.base_prefix, sys.version)' 2>/dev/null || echo none; }

has_other_interpreter() { [ -n "${PYTHON:-}" ] && [ "$(interpreter_of "$PYTHON")" != "$(interpreter_of "$venv_python")" ]; }

is_current() {
    [ -f "$stamp" ] && "$venv_python" -c '' 2>/dev/null && ! has_other_interpreter || return 1
    case "$(cat "$stamp")" in
        "dev $current" | "$wanted $current") ;;
        "portal $current") [ "$wanted" = core ] ;;
        *) false ;;
    esac
}

if [ "$wanted" = uv ]; then find_uv; echo "$uv"; exit 0; fi
current=$(fingerprint)
if is_current; then exit 0; fi

# Whoever has more keeps it: the tools for tests, or the portal.
case $(cat "$stamp" 2>/dev/null) in
    dev*) wanted=dev ;;
    portal*) if [ "$wanted" = core ]; then wanted=portal; fi ;;
esac

case $wanted in
    core) set -- requirements/core.txt requirements/build.txt ;;
    portal) set -- requirements/portal.txt requirements/build.txt ;;
    dev) set -- requirements/dev.txt ;;
esac

find_uv
# Scripts in an environment name its folder, so one that has moved is built anew, like one whose interpreter is gone.
if has_other_interpreter || ! "$venv_python" -c '' 2>/dev/null || [ "$(cat .venv/place 2>/dev/null)" != "$(pwd -P)" ]; then
    find_python
    rm -rf .venv
    "$uv" venv --quiet --no-project --python "$("$python" -c 'import sys; print(sys.executable)')" .venv
    pwd -P >.venv/place
fi
rm -f "$stamp"
say "Installing MentorMatch into .venv ..."
"$uv" pip sync --quiet --require-hashes --only-binary :all: --python "$venv_python" "$@"
"$uv" pip install --quiet --offline --no-deps --no-build-isolation --python "$venv_python" --editable .
echo "$wanted $current" >"$stamp"
