#!/usr/bin/env bash
# Measures how long a crate of 500 async functions takes to build in debug, and how large it is when stripped: with
# `#[traced]`, with tracing's `#[instrument(skip_all)]`, and with neither. Each is built three times, in turn, and the best
# time counts: CPU time of the crate itself, without its dependencies.
#
#     benches/compile_time.sh [FUNCTIONS]
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=$root/target/compile_time
functions=${1:-500}
export CARGO_TARGET_DIR=$work/target CARGO_INCREMENTAL=0

crate() { # NAME ATTRIBUTE DEPENDENCY
    mkdir -p "$work/$1/src"
    printf '[package]\nname = "%s"\nversion = "0.0.0"\nedition = "2024"\n[workspace]\n[dependencies]\n%s\n' "$1" "$3" >"$work/$1/Cargo.toml"
    cp "$root/Cargo.lock" "$work/$1/Cargo.lock"
    {
        for ((n = 0; n < functions; n++)); do
            if ((n % 5 == 0)); then
                body="std::future::ready(()).await; a.wrapping_mul($n).wrapping_add(b)"
            else
                body="let c = a ^ b; f$((n - 1))(b, c ^ $n).await"
            fi
            printf '%s\npub async fn f%d(a: u64, b: u64) -> u64 { %s }\n' "$2" "$n" "$body"
        done
        cat <<'RUST'
fn block_on<F: std::future::Future>(future: F) -> F::Output {
    let mut future = Box::pin(future);
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    loop {
        if let std::task::Poll::Ready(output) = future.as_mut().poll(&mut cx) {
            return output;
        }
    }
}
fn main() {
    let mut total = 0;
RUST
        for ((n = 0; n < functions; n++)); do
            echo "    total ^= block_on(f$n($n, 3));"
        done
        echo '    println!("{total}");'
        echo '}'
    } >"$work/$1/src/main.rs"
    (cd "$work/$1" && cargo build --quiet) # with its dependencies
}

measure() { # NAME
    touch "$work/$1/src/main.rs"
    TIMEFORMAT='%U %S'
    { time (cd "$work/$1" && cargo build --quiet); } 2>&1 | tail -1 | awk '{ print $1 + $2 }'
}

crate traced '#[async_hooks::traced]' "async-hooks = { path = \"$root\" }"
crate instrumented '#[tracing::instrument(skip_all)]' 'tracing = "0.1"'
crate plain '' ''

declare -A best
for _ in 1 2 3; do
    for name in traced instrumented plain; do
        seconds=$(measure "$name")
        if [ -z "${best[$name]:-}" ] || awk "BEGIN { exit !($seconds < ${best[$name]}) }"; then
            best[$name]=$seconds
        fi
    done
done

printf '%-30s %10s %14s\n' "$functions functions" 'CPU s' 'stripped bytes'
for name in traced instrumented plain; do
    strip -o "$work/stripped" "$CARGO_TARGET_DIR/debug/$name"
    printf '%-30s %10.2f %14d\n' "$name" "${best[$name]}" "$(wc -c <"$work/stripped")"
done
