//! Rows whose figure differs from process to process, by where the linker and the allocator put things: the median of several.

use std::{env, fs, io, process::Command};

use serde_json::Value;

use crate::harness::Measured;

/// In so many processes, this one among them.
const PROCESSES: usize = 5;

/// Measures a row that was measured here in other processes, too, and returns what came of the one in the middle.
///
/// # Errors
/// If a process cannot be started, or fails.
pub fn median_of(here: Measured) -> io::Result<Measured> {
    let mut all = vec![here];
    while all.len() < PROCESSES {
        let other = elsewhere(&all[0])?;
        all.push(other);
    }
    all.sort_by(|one, other| {
        one.ratio
            .partial_cmp(&other.ratio)
            .expect("ratios are numbers")
    });
    Ok(all.swap_remove(PROCESSES / 2))
}

fn elsewhere(row: &Measured) -> io::Result<Measured> {
    let file = env::temp_dir().join(format!("ah-bench-{}.json", std::process::id()));
    let mut command = Command::new(env::current_exe()?);
    let output = command
        .arg("--json")
        .arg(&file)
        .args(["--only", &row.name])
        .output()?;
    if !output.status.success() {
        return Err(io::Error::other(
            String::from_utf8_lossy(&output.stderr).into_owned(),
        ));
    }
    let text = fs::read_to_string(&file)?;
    fs::remove_file(&file)?;
    let rows: Value = serde_json::from_str(&text)?;
    let number = |key: &str| rows[0][key].as_f64();
    Ok(Measured {
        ours_ns: number("ours_ns").unwrap_or(f64::NAN),
        peer: row
            .peer
            .zip(number("peer_ns"))
            .map(|((peer, _), ns)| (peer, ns)),
        ratio: number("ratio"),
        ..row.clone()
    })
}
