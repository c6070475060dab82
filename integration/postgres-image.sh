#!/usr/bin/env bash
# Builds a PostgreSQL image for the tests where no container registry can be reached.
#
# The image holds Debian's own PostgreSQL 15 server, its shared libraries and a shell, nothing else. It is
# started like the official `postgres` image: POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB and
# POSTGRES_HOST_AUTH_METHOD=trust mean the same, the port is 5432, arguments go to the server.
#
#   integration/postgres-image.sh            build it unless it is there
#   integration/postgres-image.sh --rebuild  build it anew
#
# Needs a Docker engine and Debian's postgresql-15, both of which `make setup` looks after.
set -euo pipefail

version=15
image=towpath/postgres:$version-debian # internal/postgrestest looks for this name
bin=/usr/lib/postgresql/$version/bin

fail() {
  echo "postgres-image: $*" >&2
  exit 1
}

docker version >/dev/null 2>&1 || fail "no Docker engine answers; start one (try: docker version)"
if [ "${1:-}" != "--rebuild" ] && docker image inspect "$image" >/dev/null 2>&1; then
  echo "$image is there already"
  exit 0
fi

[ -x "$bin/postgres" ] || fail "Debian's postgresql-$version is not installed; make setup installs it"

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

mkdir -p "$root"/usr/{bin,lib,lib64,share} "$root"/{etc,tmp,var/run/postgresql,var/lib/postgresql/data}
for folder in bin lib lib64; do ln -s "usr/$folder" "$root/$folder"; done
ln -s ../var/run "$root/run"

# Symbolic links are followed, so a library arrives under the name its users ask for.
copy() { tar -C / -ch --exclude=bitcode --exclude=pgxs --exclude='llvmjit*' -T - -f - | tar -C "$root" -xf -; }

# The server goes without its LLVM just-in-time compiler, which would add 120 MB that no test uses.
printf '%s\n' "usr/lib/postgresql/$version" "usr/share/postgresql/$version" usr/share/zoneinfo usr/lib/locale/C.utf8 | copy
tools=()
for tool in sh mkdir locale timeout; do tools+=("$(realpath -s "$(command -v "$tool")")"); done
{
  printf '%s\n' "${tools[@]}"
  { find "$root/usr/lib/postgresql" -type f \( -path '*/bin/*' -o -name '*.so' \) -print0; printf '%s\0' "${tools[@]}"; } |
    xargs -0 ldd 2>/dev/null | awk '$2 == "=>" && $3 ~ /^\// {print $3} $1 ~ /^\// && $1 !~ /:$/ {print $1}'
} | sed -E 's#^/(bin|lib|lib64)/#/usr/\1/#; s#^/##' | sort -u | copy

printf 'root:x:0:0::/:/bin/sh\npostgres:x:999:999::/var/lib/postgresql:/bin/sh\n' >"$root/etc/passwd"
printf 'root:x:0:\npostgres:x:999:\n' >"$root/etc/group"

cat >"$root/usr/bin/docker-entrypoint.sh" <<'ENTRYPOINT'
#!/bin/sh
# Initialises the cluster on the first start, then becomes the server.
set -eu
[ "${1:-postgres}" = postgres ] || [ "${1#-}" != "$1" ] || exec "$@"
[ "${1:-}" != postgres ] || shift

user=${POSTGRES_USER:-postgres}
database=${POSTGRES_DB:-$user}
method=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  if [ -z "${POSTGRES_PASSWORD:-}" ] && [ "$method" != trust ]; then
    echo "POSTGRES_PASSWORD is not set and POSTGRES_HOST_AUTH_METHOD is not trust" >&2
    exit 1
  fi
  (umask 077 && printf '%s\n' "${POSTGRES_PASSWORD:-unused}" >/tmp/password)
  initdb --username="$user" --pwfile=/tmp/password --auth-local=trust --auth-host="$method" \
    --encoding=UTF8 --locale=C.UTF-8 --no-sync --pgdata="$PGDATA"
  : >/tmp/password
  echo "host all all all $method" >>"$PGDATA/pg_hba.conf"
  if [ "$database" != postgres ]; then
    # Single-user mode: the only server that ever listens is the real one, so "ready" is said once.
    printf 'CREATE DATABASE "%s"\n' "$database" | postgres --single -D "$PGDATA" postgres >/dev/null
  fi
fi
exec postgres -D "$PGDATA" -c listen_addresses='*' "$@"
ENTRYPOINT

chmod 755 "$root" "$root/usr/bin/docker-entrypoint.sh"
chmod 1777 "$root/tmp"
tar -C "$root" --numeric-owner --owner=0 --group=0 --exclude=./var/lib/postgresql --exclude=./var/run/postgresql -cf "$root.tar" .
tar -C "$root" --numeric-owner --owner=999 --group=999 -rf "$root.tar" ./var/lib/postgresql ./var/run/postgresql
trap 'rm -rf "$root" "$root.tar"' EXIT

docker import \
  --change 'ENV PATH=/usr/lib/postgresql/'"$version"'/bin:/usr/bin PGDATA=/var/lib/postgresql/data LANG=C.UTF-8 TZ=UTC' \
  --change 'ENTRYPOINT ["docker-entrypoint.sh"]' \
  --change 'CMD ["postgres"]' \
  --change 'USER postgres' \
  --change 'EXPOSE 5432' \
  "$root.tar" "$image" >/dev/null
echo "built $image: $(docker image inspect --format '{{.Size}}' "$image" | awk '{printf "%.0f MB", $1 / 1000000}')"
