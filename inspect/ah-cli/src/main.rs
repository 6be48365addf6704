#![doc = include_str!("../README.md")]

#[cfg(unix)]
mod args;
#[cfg(unix)]
mod client;
#[cfg(unix)]
mod command;
#[cfg(unix)]
mod export;
#[cfg(unix)]
mod failure;
#[cfg(unix)]
mod help;
#[cfg(unix)]
mod list;
#[cfg(unix)]
mod paint;
#[cfg(unix)]
mod picture;
#[cfg(unix)]
mod record;
#[cfg(unix)]
mod watch;

use std::process::ExitCode;

#[cfg(unix)]
fn main() -> ExitCode {
    let words: Vec<String> = std::env::args_os()
        .skip(1)
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    match args::parse(&words).and_then(command::run) {
        Ok(code) => code,
        Err(failure) => failure.report(),
    }
}

#[cfg(not(unix))]
fn main() -> ExitCode {
    eprintln!("ah: processes serve on Unix sockets, which are not here");
    ExitCode::FAILURE
}
