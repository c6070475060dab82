#!/usr/bin/env bash
# Installs what the tests need beyond Go, on Debian: a browser for the console's tests, PostgreSQL and its image for the
# store's, Compose for the check of docker-compose.yml. What is there already is left alone. Run as root, or install what
# it names by hand.
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
command -v chromium >/dev/null || command -v google-chrome >/dev/null || missing+=(chromium)
ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing+=(postgresql-15)
docker compose version >/dev/null 2>&1 || command -v docker-compose >/dev/null || missing+=(docker-compose)

if [ ${#missing[@]} -gt 0 ]; then
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "setup: not installed: ${missing[*]}" >&2
    echo "setup: run 'make setup' as root on Debian, or install them with your system's package manager" >&2
    exit 1
  fi
  # Without this Debian would start a PostgreSQL of its own on port 5432; the tests start theirs.
  mkdir -p /etc/postgresql-common/createcluster.d
  echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.d/towpath.conf
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q
  apt-get install -y -q --no-install-recommends "${missing[@]}"
fi

if ! docker version >/dev/null 2>&1; then
  echo "setup: no Docker engine answers: the tests will use the installed PostgreSQL, container tests are skipped"
elif [ -x /usr/lib/postgresql/15/bin/postgres ]; then
  integration/postgres-image.sh
else
  echo "setup: not Debian's postgresql-15: the tests will pull the official image"
fi
