//! Counts the instructions of the hot paths, which do not depend on the machine's mood, and compares them with those that
//! are recorded.
//!
//! `instructions check` fails if one has changed by more than the tolerance; `instructions record` writes the file anew.

use std::{
    collections::BTreeMap,
    env, fs,
    process::{Command, ExitCode},
};

use ah_bench::{harness, rows};

type Error = Box<dyn std::error::Error>;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/instructions.json");

/// A count may differ by so much from the one recorded.
const TOLERANCE: f64 = 0.03;
/// Or by so many instructions: what a path does once in a while (a block of ids, a queue that grows) falls now here, now
/// there.
const SLACK: f64 = 1.0;

/// The rows whose own side is counted.
const PATHS: [&str; 19] = [
    "read_1",
    "read_8",
    "read_100",
    "run_1",
    "run_8",
    "run_100",
    "poll_scope",
    "poll_traced_off",
    "traced_off",
    "traced_sync_off",
    "traced_counting",
    "resource_new_0",
    "resource_new_100",
    "resource_scope",
    "snapshot_capture",
    "snapshot_run",
    "w3c_read",
    "w3c_write",
    "bridge_unused",
];

/// The loop of the harness, which is taken off.
const NOTHING: &str = "nothing";

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let result = match words[..] {
        ["check"] => check(),
        ["record"] => record(),
        ["path", name, times] => run(name, times),
        _ => Err("usage: instructions check | record".into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("instructions: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What is counted: our side of a row.
fn run(name: &str, times: &str) -> Result<(), Error> {
    if name == NOTHING {
        harness::nothing(times.parse()?);
        return Ok(());
    }
    let mut rows = rows::all(None);
    let row = rows.iter_mut().find(|row| row.name == name);
    row.ok_or("no such row")?.run_ours(times.parse()?);
    Ok(())
}

fn check() -> Result<(), Error> {
    if !has_valgrind() {
        println!("skipped: valgrind is not on this machine");
        return Ok(());
    }
    let recorded: BTreeMap<String, f64> = serde_json::from_str(&fs::read_to_string(FILE)?)?;
    let mut has_changed = false;
    println!("{:<20} {:>10} {:>10}", "path", "recorded", "now");
    for name in PATHS {
        let before = recorded
            .get(name)
            .ok_or_else(|| format!("{name} is not recorded"))?;
        let now = count(name)?;
        let is_close = (now - before).abs() <= (before * TOLERANCE).max(SLACK);
        has_changed |= !is_close;
        let mark = if is_close { "" } else { "  changed" };
        println!("{name:<20} {before:>10.1} {now:>10.1}{mark}");
    }
    if has_changed {
        return Err("if the change is meant, record it: cargo run --release -p ah-bench --bin instructions -- record".into());
    }
    Ok(())
}

fn record() -> Result<(), Error> {
    let mut counts = BTreeMap::new();
    for name in PATHS {
        let now = count(name)?;
        println!("{name:<20} {now:>10.1}");
        counts.insert(name, (now * 10.0).round() / 10.0);
    }
    Ok(fs::write(
        FILE,
        format!("{}\n", serde_json::to_string_pretty(&counts)?),
    )?)
}

fn has_valgrind() -> bool {
    Command::new("valgrind").arg("--version").output().is_ok()
}

/// The instructions of one operation.
fn count(name: &str) -> Result<f64, Error> {
    Ok(with_loop(name)? - with_loop(NOTHING)?)
}

/// What more operations take: what is done once does not count.
fn with_loop(name: &str) -> Result<f64, Error> {
    const FEW: u32 = 1_000;
    const MANY: u32 = 11_000;
    let more = instructions(name, MANY)?.saturating_sub(instructions(name, FEW)?);
    Ok(more as f64 / f64::from(MANY - FEW))
}

fn instructions(name: &str, times: u32) -> Result<u64, Error> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(format!("--toggle-collect={}", harness::LOOP))
        .arg(env::current_exe()?)
        .args(["path", name, &times.to_string()])
        .output()?;
    let report = String::from_utf8_lossy(&output.stderr);
    let collected = report
        .lines()
        .find_map(|line| line.split_once("Collected : "));
    let (_, count) = collected.ok_or_else(|| format!("valgrind says: {report}"))?;
    Ok(count.trim().parse()?)
}
