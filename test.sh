#!/usr/bin/env bash
# Builds once and runs the tests: ./test.sh [--full] [NAME...]
#   NAME    only the test projects whose names contain it (Kernel, Storage, ...)
#   --full  adds long runs of the property tests, the tests that need PostgreSQL, Azurite, Chromium, zsh, PowerShell, Python or
#           node (installed where they are missing), a short run of chaos with real processes (needs root, for network namespaces),
#           the formatting check and the benchmarks' smoke run
# Without --full it needs the .NET 10 SDK alone. Ends with "N passed, N failed, N skipped"; the exit code is 0 only if nothing failed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# One compiler for all projects: where it is switched off, each of them starts its own, which costs twice the time.
export UseSharedCompilation=true
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

full=0
names=()
for argument in "$@"; do
  case $argument in
    --full) full=1 ;;
    --help | -h) sed -n '2,7p' "$0" | sed 's/^# \{0,1\}//'; exit 0 ;;
    -*) echo "test.sh: unknown option $argument (try --help)" >&2; exit 2 ;;
    *) names+=("$argument") ;;
  esac
done

command -v dotnet >/dev/null || { echo "test.sh: the .NET 10 SDK is needed (dotnet is not on the PATH)" >&2; exit 2; }

wanted() {
  [ ${#names[@]} -eq 0 ] && return 0
  local name
  for name in "${names[@]}"; do [[ $1 == *"$name"* ]] && return 0; done
  return 1
}

# Those that need more than the SDK run with --full, or where they are asked for by name.
needs_more() {
  [ $full -eq 0 ] || return 1
  [[ $1 == tests/PostgreSql.Tests/* && "${names[*]}" != *PostgreSql* ]] || [[ $1 == tests/AzureStorage.Tests/* && "${names[*]}" != *Azure* ]] ||
    [[ $1 == tests/Dashboard.Tests/* && "${names[*]}" != *Dashboard* ]]
}

# The longest first, so that none of them is left over at the end.
longest=(Grains Simulation Scenarios Silo Samples Runtime)
projects=()
for project in $(printf 'tests/%s.Tests/%s.Tests.csproj\n' $(for name in "${longest[@]}"; do echo "$name" "$name"; done)) tests/*.Tests/*.Tests.csproj; do
  [[ " ${projects[*]} " != *" $project "* ]] || continue
  [[ $project != tests/Providers.Tests/* ]] || continue # there is something in it only on Orleans
  wanted "$project" && ! needs_more "$project" && projects+=("$project")
done
[ ${#projects[@]} -gt 0 ] || { echo "test.sh: no test project is named so: ${names[*]}" >&2; exit 2; }

hang=4m
[ $full -eq 0 ] || { export ORCHESTRATION_LONG_TESTS=1; hang=20m; }

# What cannot be installed is a failure of the tests that need it, which say so; it is never skipped.
install_postgresql() {
  local run=()
  command -v initdb >/dev/null || compgen -G "/usr/lib/postgresql/*/bin/initdb" >/dev/null && return 0
  [ "$(id -u)" -eq 0 ] || run=(sudo -n)
  echo "Installing PostgreSQL ..."
  export DEBIAN_FRONTEND=noninteractive
  "${run[@]}" apt-get install -y -q postgresql >/dev/null 2>&1 && return 0
  "${run[@]}" apt-get update -q >/dev/null 2>&1
  "${run[@]}" apt-get install -y -q postgresql >/dev/null || echo "test.sh: PostgreSQL could not be installed" >&2
}
[ $full -eq 0 ] || install_postgresql

# What some tests start: those of a missing one are skipped in the short form, visibly, and fail in this one.
install_programs() {
  local run=() missing=()
  command -v zsh >/dev/null || missing+=(zsh)
  command -v python3 >/dev/null || missing+=(python3)
  command -v node >/dev/null || missing+=(nodejs)
  [ ${#missing[@]} -gt 0 ] || return 0
  [ "$(id -u)" -eq 0 ] || run=(sudo -n)
  echo "Installing ${missing[*]} ..."
  "${run[@]}" apt-get update -q >/dev/null 2>&1
  DEBIAN_FRONTEND=noninteractive "${run[@]}" apt-get install -y -q --no-install-recommends "${missing[@]}" >/dev/null 2>&1 ||
    echo "test.sh: ${missing[*]} could not be installed" >&2
}
[ $full -eq 0 ] || install_programs

# A tool of .NET's, under the user's cache.
install_powershell() {
  local version=7.6.9 folder
  ! command -v pwsh >/dev/null || return 0
  folder=$HOME/.cache/orchestration-powershell/$version
  export PATH=$PATH:$folder
  [ ! -x "$folder/pwsh" ] || return 0
  echo "Installing PowerShell ..."
  dotnet tool install powershell --version "$version" --tool-path "$folder" >/dev/null || echo "test.sh: PowerShell could not be installed" >&2
}
[ $full -eq 0 ] || install_powershell

install_network_tools() {
  command -v ip >/dev/null && command -v iptables >/dev/null && return 0
  echo "Installing iproute2 and iptables ..."
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q iproute2 iptables >/dev/null || echo "test.sh: they could not be installed" >&2
}

install_npm() {
  local run=()
  ! command -v npm >/dev/null || return 0
  [ "$(id -u)" -eq 0 ] || run=(sudo -n)
  echo "Installing node and npm ..."
  "${run[@]}" apt-get update -q >/dev/null 2>&1
  DEBIAN_FRONTEND=noninteractive "${run[@]}" apt-get install -y -q nodejs npm >/dev/null 2>&1
}

# The version that the tests name (tests/Servers/AzuriteServer.cs), under the user's cache.
install_azurite() {
  local version=3.37.0 folder
  folder=${ORCHESTRATION_AZURITE:-$HOME/.cache/orchestration-azurite/$version}
  [ ! -f "$folder/node_modules/azurite/dist/src/blob/main.js" ] || return 0
  install_npm
  echo "Installing Azurite ..."
  mkdir -p "$folder"
  npm install --prefix "$folder" --no-audit --no-fund --loglevel=error "azurite@$version" >/dev/null ||
    echo "test.sh: Azurite could not be installed" >&2
}
[ $full -eq 0 ] || install_azurite

install_chromium() {
  local run=()
  command -v chromium >/dev/null || [ -n "${ORCHESTRATION_CHROMIUM:-}" ] && return 0
  [ "$(id -u)" -eq 0 ] || run=(sudo -n)
  echo "Installing Chromium ..."
  "${run[@]}" apt-get update -q >/dev/null 2>&1
  DEBIAN_FRONTEND=noninteractive "${run[@]}" apt-get install -y -q --no-install-recommends chromium >/dev/null 2>&1 ||
    echo "test.sh: Chromium could not be installed" >&2
}

# What looks for barriers in the dashboard's pages; the version that the tests name (tests/Dashboard.Tests/Browser/Axe.cs).
install_axe() {
  local version=4.14.1 folder
  folder=${ORCHESTRATION_AXE:-$HOME/.cache/orchestration-axe/$version}
  [ ! -f "$folder/node_modules/axe-core/axe.min.js" ] || return 0
  echo "Installing axe-core ..."
  mkdir -p "$folder"
  npm install --prefix "$folder" --no-audit --no-fund --loglevel=error "axe-core@$version" >/dev/null ||
    echo "test.sh: axe-core could not be installed" >&2
}
[ $full -eq 0 ] || [[ "${projects[*]}" != *Dashboard* ]] || { install_chromium; install_npm; install_axe; }

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
started=$SECONDS

echo "Building ..."
if [ ${#names[@]} -eq 0 ]; then
  dotnet build Orchestration.sln -v q --nologo -clp:NoSummary || { echo "0 passed, 1 failed, 0 skipped"; exit 1; }

  # In the solution, but not built with it: Playwright is a large download that the short form has no use for.
  [ $full -eq 0 ] || dotnet build tests/Dashboard.Tests -v q --nologo -clp:NoSummary || { echo "0 passed, 1 failed, 0 skipped"; exit 1; }
else
  for project in "${projects[@]}"; do
    dotnet build "$project" -v q --nologo -clp:NoSummary || { echo "0 passed, 1 failed, 0 skipped"; exit 1; }
  done
fi
echo "Built in $((SECONDS - started)) s."

# Two at a time: most suites wait for timers and disks rather than for a core.
failed_projects=()
run() {
  local project=$1 name began=$SECONDS code
  name=$(basename "$project" .csproj)
  dotnet test "$project" --no-build --nologo --blame-hang-timeout $hang >"$results/$name.log" 2>&1
  code=$?
  echo "$code" >"$results/$name.code"
  echo "  $name: $([ $code -eq 0 ] && echo passed || echo FAILED) in $((SECONDS - began)) s"
  [ $code -eq 0 ] || grep -vE '^\s*$|^Attachments|Sequence_' "$results/$name.log" | tail -n 200
}

running=0
for project in "${projects[@]}"; do
  if [ $running -ge 2 ]; then wait -n; running=$((running - 1)); fi
  run "$project" &
  running=$((running + 1))
done
wait

passed=0 failed=0 skipped=0
count() { grep -oE "$1: *[0-9]+" "$2" | tail -n 1 | grep -oE '[0-9]+$' || echo 0; }
for project in "${projects[@]}"; do
  name=$(basename "$project" .csproj)
  log=$results/$name.log
  project_failed=$(count Failed "$log")
  if [ "$(cat "$results/$name.code")" -ne 0 ]; then
    failed_projects+=("$name")
    [ "$project_failed" -gt 0 ] || project_failed=1 # It crashed or hung before it could count.
  fi
  passed=$((passed + $(count Passed "$log"))) failed=$((failed + project_failed)) skipped=$((skipped + $(count Skipped "$log")))
done

check() {
  local what=$1; shift
  echo "$what ..."
  if "$@" >"$results/check.log" 2>&1; then passed=$((passed + 1)); else failed=$((failed + 1)); failed_projects+=("$what"); tail -n 40 "$results/check.log"; fi
}

if [ $full -eq 1 ]; then
  # The same sources on Microsoft Orleans, and the packages of both flavours.
  for name in Portable Silo Providers; do
    on_orleans() {
      dotnet build "tests/$name.Tests" -p:ActorRuntime=Orleans -v q --nologo -clp:NoSummary &&
        dotnet test "tests/$name.Tests" -p:ActorRuntime=Orleans --no-build --nologo \
          --blame-hang-timeout 4m
    }
    check "$name.Tests on Orleans" on_orleans
  done
  check "Packages" tests/packages.sh
  check "Getting started" tests/getting-started.sh
  check "Formatting" dotnet format Orchestration.sln --verify-no-changes --no-restore --severity warn
  check "Benchmark smoke run" dotnet run -c Release --project benchmarks/Load -- W1 W2u --secs 2
  check "Soak, for as long as a look at it takes" dotnet run -c Release --project benchmarks/Load -- SOAK --secs 20 --inflight 8
  check "Benchmark smoke run over PostgreSQL" dotnet run -c Release --project benchmarks/Load -- W1 --secs 2 --store postgres --silos 2
  install_network_tools
  check "Chaos" dotnet run -c Release --project tests/Chaos -- --smoke
fi

echo
[ ${#failed_projects[@]} -eq 0 ] || echo "Failed: ${failed_projects[*]}"
echo "Took $((SECONDS - started)) s."
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ]
