//! A recording, into a file.

use std::{
    fs::OpenOptions,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use ah_inspect::Recording;

use crate::{
    args::Record,
    client::ask,
    failure::{Failure, print},
};

pub(crate) fn run(record: &Record) -> Result<(), Failure> {
    let bytes = ask(record.process, "record")?;
    let recording =
        Recording::from_bytes(&bytes).map_err(|error| Failure::Refused(error.to_string()))?;
    let file = record
        .output
        .clone()
        .unwrap_or_else(|| PathBuf::from(format!("{}.ah-recording", record.process)));
    write(&file, &bytes, record.is_forced)?;
    let summary = format!(
        "{}: {} events of {} tasks and resources, {} ms\n",
        file.display(),
        recording.events(),
        recording.tasks().len(),
        recording.end().saturating_sub(recording.begin()) / 1_000_000,
    );
    print(summary.as_bytes())
}

/// Writes a file that is not there yet, or over one.
pub(crate) fn write(file: &Path, bytes: &[u8], is_forced: bool) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    match is_forced {
        true => options.write(true).create(true).truncate(true),
        false => options.write(true).create_new(true),
    };
    let written = options
        .open(file)
        .and_then(|mut file| file.write_all(bytes));
    written.map_err(|error| not_written(file, &error))
}

pub(crate) fn not_written(file: &Path, error: &io::Error) -> Failure {
    Failure::Refused(format!(
        "{}: {error}; --force writes over a file",
        file.display()
    ))
}
