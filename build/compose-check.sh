#!/usr/bin/env bash
# Checks docker-compose.yml with whichever Compose is installed: V2 (`docker compose`) or V1 (`docker-compose`). It needs no
# engine and no image. With neither it says so; in CI that is a failure.
set -euo pipefail
cd "$(dirname "$0")/.."

if docker compose version >/dev/null 2>&1; then
  compose=(docker compose)
elif command -v docker-compose >/dev/null; then
  compose=(docker-compose)
elif [ "${CI:-}" = true ]; then
  echo "compose-check: neither 'docker compose' nor docker-compose is installed" >&2
  exit 1
else
  echo "compose-check: skipped, Compose is not installed (make setup installs it)"
  exit 0
fi

COMPOSE_PROFILES=marketplaces "${compose[@]}" --file docker-compose.yml config --quiet
echo "docker-compose.yml is valid (${compose[*]})"
