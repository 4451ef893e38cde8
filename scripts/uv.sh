#!/bin/sh
# Prints the path of a uv that works, and fetches one from PyPI into .uv/ if there is none.
#
# In this folder `.python-version` asks for Python 3.10. A pyenv that hasn't got it makes even
# `python3` fail, so each Python is tried with pyenv told to use another version; uv itself then
# finds or brings 3.10.
set -eu
cd "$(dirname "$0")/.."

# Older ones can't read this project's lock file.
new_enough() {
  "$1" --version 2>/dev/null |
    awk '{ split($2, v, "."); fit = v[1] > 0 || v[2] >= 8 } END { exit !fit }'
}

for found in "$(command -v uv || true)" .uv/bin/uv; do
  if [ -n "$found" ] && new_enough "$found"; then
    echo "$found"
    exit 0
  fi
done

try() { # try PYENV_VERSION PYTHON
  command -v "$2" >/dev/null 2>&1 || return 1
  PYENV_VERSION=$1 "$2" -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 8))' \
    >/dev/null 2>&1 || return 1
  echo "Fetching uv from PyPI ..." >&2
  rm -rf .uv
  PYENV_VERSION=$1 "$2" -m venv .uv >&2 && .uv/bin/python -m pip install --quiet uv >&2
}

for version in system 3.10 $(pyenv versions --bare 2>/dev/null || true); do
  for python in python3 /usr/bin/python3 python; do
    if try "$version" "$python"; then
      echo .uv/bin/uv
      exit 0
    fi
  done
done
echo "Signpost needs uv, or a Python 3.8 or later with venv and pip to fetch it with." >&2
echo "On Debian or Ubuntu: apt-get install python3-venv. Or see https://docs.astral.sh/uv/." >&2
exit 1
