#!/usr/bin/env bash
# Walks docs/getting-started.md literally, from a clone of its own of the last commit: writes the sources that it shows and runs each
# command. Says how long it took and fails where a step does. Ports are those of the page: no silo may be running.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)
silo=""
cleanup() {
  [ -z "$silo" ] || kill -9 "$silo" 2>/dev/null || true
  [ ! -f "$work/greetings/data/orchestration.db.holder" ] ||
    kill -9 "$(awk '{print $2}' "$work/greetings/data/orchestration.db.holder")" 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT
began=$SECONDS
git clone -q "$root" "$work/orchestration"
cd "$work/orchestration"
page=docs/getting-started.md

# The n-th block of a language.
block() { awk -v fence='```'"$1" -v wanted="$2" '$0 == fence { n++; inside = 1; next } /^```/ { inside = 0 } inside && n == wanted' $page; }

# A silo stays in its terminal: it is left running once it is ready.
start_silo() {
  local log=$work/silo.log
  : >"$log"
  eval "$1" >"$log" 2>&1 &
  silo=$!
  for _ in $(seq 1200); do
    ! grep -q '^Ready' "$log" || return 0
    kill -0 "$silo" 2>/dev/null || { cat "$log"; return 1; }
    sleep 0.1
  done
  cat "$log"
  return 1
}

step() {
  echo "--- $1 ($((SECONDS - began)) s)"
  case $1 in
    "dotnet run --project Silo "*) start_silo "$1" ;;
    "kill "*) eval "$1"; wait "$silo" 2>/dev/null || true ;;
    *) eval "$1" 2>&1 | tee -a "$work/screen" ;;
  esac
}

for n in $(seq "$(grep -c '^```sh$' $page)"); do
  [ "$n" -ne 2 ] || block csharp 1 >../greetings/Greeting.cs
  while IFS= read -r line; do step "$line" </dev/null; done < <(block sh "$n")
done

grep -q '"Hello, Ada!"' "$work/screen" || { echo "The result never came."; exit 1; }
echo "Walked in $((SECONDS - began)) s."
