#!/bin/sh
# Sets up both environments: .venv (bot, Python 3.12 or newer) and .venv-nlu (Rasa, Python 3.10).
# A step that is already done is skipped. Whatever is missing ends in one sentence that says what to do.
set -eu
cd "$(dirname "$0")"

fail() { printf 'setup: %s\n' "$1" >&2; exit 1; }
say() { printf 'setup: %s\n' "$1"; }

find_uv() {
    if command -v uv >/dev/null 2>&1; then
        command -v uv
    elif [ -x .tools/bin/uv ]; then
        echo .tools/bin/uv
    fi
}

install_uv() {
    command -v python3 >/dev/null 2>&1 ||
        fail "python3 was not found; install it (Debian: apt-get install python3 python3-venv), then run make setup again."
    say "bringing uv into .tools"
    python3 -m venv .tools >.setup.log 2>&1 || {
        rm -rf .tools
        fail "python3 has no venv module; install it (Debian: apt-get install python3-venv), then run make setup again."
    }
    .tools/bin/python -m pip install --quiet uv >>.setup.log 2>&1 || {
        rm -rf .tools
        fail "uv could not be downloaded; check the network or proxy (details in .setup.log), then run make setup again."
    }
}

# sync_environment DIRECTORY SIZE ARGUMENTS...: brings one environment to the state of uv.lock.
sync_environment() {
    directory=$1 size=$2
    shift 2
    stamp=$directory/.synced
    if [ -f "$stamp" ] && [ "$stamp" -nt uv.lock ] && [ "$stamp" -nt pyproject.toml ]; then
        say "$directory is up to date"
        return
    fi
    say "installing $directory ($size to fetch the first time)"
    UV_PROJECT_ENVIRONMENT=$directory "$uv" sync --locked "$@" ||
        fail "$directory could not be installed; uv says why above (no network, no disk space, or no fitting Python: see README, Platforms). Mend it, then run make setup again."
    : >"$stamp"
}

uv=$(find_uv)
[ -n "$uv" ] || { install_uv; uv=$(find_uv); }
sync_environment .venv "about 100 MB" --python 3.13
sync_environment .venv-nlu "about 2.5 GB" --python 3.10 --only-group nlu --no-install-project
say "done: .venv/bin/bot is ready"
