//! The processes that serve.

use std::fs;

use ah_inspect::{socket_directory, socket_path};

use crate::{
    client::ask,
    failure::{Failure, print},
};

pub(crate) fn run() -> Result<(), Failure> {
    let mut processes = processes();
    processes.sort_unstable();
    let lines: Vec<String> = processes.into_iter().filter_map(line).collect();
    if lines.is_empty() {
        return print(b"no process serves: call `ah_inspect::serve()` in one\n");
    }
    let head = format!("{:>8} {:>8} {:>6}  {}\n", "PID", "ALIVE", "LOST", "PROGRAM");
    print((head + &lines.concat()).as_bytes())
}

/// The processes that have a socket.
fn processes() -> Vec<u32> {
    let entries = fs::read_dir(socket_directory())
        .into_iter()
        .flatten()
        .flatten();
    let name = |entry: fs::DirEntry| entry.file_name().into_string().ok();
    entries
        .filter_map(name)
        .filter_map(|name| name.strip_suffix(".sock")?.parse().ok())
        .collect()
}

/// `None` if it has ended: then its socket is removed.
fn line(process: u32) -> Option<String> {
    match ask(process, "hello") {
        Ok(hello) => {
            let hello = String::from_utf8_lossy(&hello).into_owned();
            let alive = match field(&hello, "is_recording") {
                Some("true") => field(&hello, "alive").unwrap_or("?"),
                _ => "-", // nothing is recorded
            };
            let lost = field(&hello, "lost").unwrap_or("?");
            let program = field(&hello, "program").unwrap_or("?");
            Some(format!("{process:>8} {alive:>8} {lost:>6}  {program}\n"))
        }
        Err(Failure::Refused(why)) => Some(format!("{process:>8} {:>8} {:>6}  {why}\n", "?", "?")),
        Err(_) => {
            let _somebody_else_did = fs::remove_file(socket_path(process));
            None
        }
    }
}

/// The value of a name in an object without objects, as it is written, without quotes.
fn field<'a>(object: &'a str, name: &str) -> Option<&'a str> {
    let (_, value) = object.split_once(&format!("\"{name}\":"))?;
    let value = value.split([',', '}']).next()?;
    Some(value.trim_matches('"'))
}
