#!/usr/bin/env bash
# What the first build of an empty project costs: processor time, number of crates, and time on the clock, with the versions of
# this workspace. See docs/guide/performance.md.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export CARGO_TARGET_DIR=$work/target TIMEFORMAT='%U %S %R'

# A name, and the arguments of each `cargo add`.
first_build() {
    local name=$1 crates times
    shift
    rm -rf "$work/app" "$work/target"
    cargo new --quiet --vcs none "$work/app"
    cp Cargo.lock "$work/app"
    printf '\n[workspace]\n' >>"$work/app/Cargo.toml"
    cd "$work/app"
    for add in "$@"; do
        # shellcheck disable=SC2086 # words
        cargo add --quiet $add
    done
    cargo fetch --quiet
    times=$({ time cargo build --quiet; } 2>&1)
    crates=$(cargo tree --quiet --edges normal,build --prefix none --no-dedupe | sed 1d | sort -u | wc -l)
    awk -v name="$name" -v crates="$crates" '{ printf "| %s | %d | %.1f s | %.1f s |\n", name, crates, $1 + $2, $3 }' <<<"$times"
    cd "$root"
}

echo '| project | crates | processor | clock |'
echo '|---|---|---|---|'
small='tokio --features macros,rt-multi-thread'
first_build '`async-hooks`, without features' "async-hooks --path $root --no-default-features"
first_build '`async-hooks`' "async-hooks --path $root"
first_build '`tokio` with `macros,rt-multi-thread`' "$small"
first_build 'the same and `async-hooks`: the README' "$small" "async-hooks --path $root"
first_build '`tokio` with `full`' 'tokio --features full'
first_build 'the same, `async-hooks` and `ah-tokio`' 'tokio --features full' "async-hooks --path $root" "ah-tokio --features full --path $root/integrations/ah-tokio"
