//! Compares us with our peers, on the same work, in one run.

mod args;

use std::{fs, process::ExitCode};

use ah_bench::{
    harness::{self, Effort},
    node::Node,
    processes, rows, table,
};

use crate::args::Args;

fn main() -> ExitCode {
    let args = match Args::parse(std::env::args().skip(1)) {
        Ok(args) => args,
        Err(mistake) => {
            eprintln!("ah-bench: {mistake}\n{}", args::USAGE);
            return ExitCode::from(2);
        }
    };
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("ah-bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<(), Box<dyn std::error::Error>> {
    let node = Node::start();
    if node.is_none() {
        println!("node is not on this machine: its figures are left out");
    }
    let mut rows = rows::all(node.as_ref());
    for name in args.names.iter().chain(&args.only) {
        if !rows.iter().any(|row| row.is_meant_by(name)) {
            let unstable = name.starts_with("runtime_hooks_");
            let hint = if unstable {
                ": it needs RUSTFLAGS='--cfg tokio_unstable'"
            } else {
                ""
            };
            return Err(format!("there is no row {name}{hint}").into());
        }
    }
    rows.retain(|row| match &args.only {
        Some(only) => row.name == *only,
        None => args.names.is_empty() || args.names.iter().any(|name| row.is_meant_by(name)),
    });
    let in_processes = args.only.is_none() && args.effort == Effort::FULL;

    println!("{}", table::HEAD);
    let mut all = Vec::new();
    for mut row in rows {
        let mut measured = harness::measure(&mut row, args.effort);
        if row.differs_by_process && in_processes {
            measured = processes::median_of(measured)?;
        }
        println!("{}", table::line(&measured));
        all.push(measured);
    }
    if let Some(path) = &args.json {
        fs::write(path, format!("{:#}\n", table::json(&all)))?;
    }
    Ok(())
}
