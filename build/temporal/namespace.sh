#!/bin/sh
# Creates Towpath's namespace unless it is there. TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE and RETENTION say where, which and
# how long the history of a closed workflow is kept.
set -eu

attempt=1
until temporal operator cluster health; do
  if [ "$attempt" -ge 30 ]; then
    echo "Temporal at $TEMPORAL_ADDRESS is not healthy after $attempt attempts" >&2
    exit 1
  fi
  attempt=$((attempt + 1))
  sleep 2
done

temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 ||
  temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION"
