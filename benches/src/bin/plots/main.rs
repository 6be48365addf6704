//! Draws how cost grows, as the SVG files of `docs/guide/performance.md`.

mod svg;

use std::{fs, process::ExitCode};

use ah_bench::{
    harness::{Effort, measure_in_turn},
    rows::grow::{Growth, LIVE, STORAGES},
};

use svg::{Chart, Line};

const DOCS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/guide/performance");

fn main() -> ExitCode {
    match draw() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("plots: {error}");
            ExitCode::FAILURE
        }
    }
}

fn draw() -> std::io::Result<()> {
    fs::create_dir_all(DOCS)?;
    let storages = chart(
        "Cost against the number of storages set",
        "storages set",
        STORAGES,
        &[1, 2, 4, 8, 16, 32, 64, 100],
    );
    fs::write(format!("{DOCS}/storages.svg"), storages.svg())?;
    let live = chart(
        "Cost against the number of live resources",
        "live resources, all delivered to a hook",
        LIVE,
        &[1, 10, 100, 1_000, 10_000, 100_000, 1_000_000],
    );
    fs::write(format!("{DOCS}/live.svg"), live.svg())
}

fn chart(title: &'static str, of: &'static str, lines: &[Growth], counts: &[usize]) -> Chart {
    let lines = lines.iter().map(|growth| line(growth, counts)).collect();
    Chart { title, of, lines }
}

/// All counts in turn, so that a disturbance does not fall on one of them alone.
fn line(growth: &Growth, counts: &[usize]) -> Line {
    let mut batches: Vec<_> = counts.iter().map(|&count| growth.with(count)).collect();
    let measured = measure_in_turn(&mut batches, Effort::FULL);
    println!("{:<34} {measured:>9.2?} ns", growth.name);
    let counts = counts.iter().map(|&count| count as f64);
    Line {
        name: growth.name,
        points: counts.zip(measured).collect(),
    }
}
