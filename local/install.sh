#!/bin/sh
# Make .venv and install the pinned requirements: local/install.sh requirements.txt [requirements-dev.txt ...]
# A stamp per file says what is installed, so that a second call takes no time and a half-finished one is healed.
set -eu
cd "$(dirname "$0")/.."
venv=.venv
uv_version=0.13.9

say() { printf '%s\n' "$*" >&2; }

version() { "$1" -c 'import sys; print("Python", sys.version.split()[0])' 2>/dev/null || echo "not there"; }

fits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1; }

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        fits "$PYTHON" && { echo "$PYTHON"; return; }
        say "gospub needs Python 3.11, 3.12 or 3.13; PYTHON=$PYTHON is $(version "$PYTHON")."
        exit 1
    fi
    for candidate in python3 python3.13 python3.12 python3.11; do
        fits "$candidate" && { echo "$candidate"; return; }
    done
    say "gospub needs Python 3.11, 3.12 or 3.13; python3 here is $(version python3)."
    say "Install one, or name it: make PYTHON=/path/to/python3.12 install"
    exit 1
}

make_venv() {
    python=$(find_python)
    say "making $venv with $(version "$python")"
    "$python" -m venv --clear "$venv" && return
    say "$python cannot make virtual environments: install its venv module (Debian, Ubuntu: apt install python3-venv)."
    exit 1
}

install_file() {
    wanted=$(cksum < "$1")
    stamp="$venv/.installed-$1"
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then return; fi
    say "installing $1 (once; a few minutes on a fresh machine)"
    rm -f "$stamp"
    if [ -x "$venv/bin/uv" ] || "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "uv==$uv_version"; then
        VIRTUAL_ENV="$PWD/$venv" "$venv/bin/uv" pip install --quiet -r "$1"
    else
        say "uv is not to be had here: installing with pip, which is slower"
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$1"
    fi
    printf '%s' "$wanted" > "$stamp"
}

"$venv/bin/python" -c 'import pip' >/dev/null 2>&1 && fits "$venv/bin/python" || make_venv
for file in "$@"; do install_file "$file"; done
