//! A recording, as a file for the tool of somebody else.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use ah_inspect::{
    Recording,
    export::{bubbleprof, heap, perfetto, speedscope},
};

use crate::{
    args::{Export, Format, Source},
    client::ask,
    failure::{Failure, print},
    record::{not_written, write},
};

pub(crate) fn run(export: &Export) -> Result<(), Failure> {
    let recording = Recording::from_bytes(&bytes(&export.from)?)
        .map_err(|error| Failure::Refused(error.to_string()))?;
    let file = export.output.clone().unwrap_or_else(|| export.file());
    match export.format {
        Format::Perfetto => write(&file, export.is_forced, &perfetto::trace(&recording))?,
        Format::Heap => write(&file, export.is_forced, heap::of(&recording).as_bytes())?,
        Format::Speedscope => {
            let profile = speedscope::profile(&recording);
            write(&file, export.is_forced, profile.as_bytes())?;
        }
        Format::Bubbleprof => write_bubbleprof(&file, export.is_forced, &recording)?,
    }
    let tasks = recording.tasks().len();
    print(format!("{}: {tasks} tasks and resources\n", file.display()).as_bytes())
}

fn bytes(from: &Source) -> Result<Vec<u8>, Failure> {
    match from {
        Source::Process(process) => ask(*process, "record"),
        Source::File(file) => {
            fs::read(file).map_err(|error| Failure::Refused(format!("{}: {error}", file.display())))
        }
    }
}

fn write_bubbleprof(
    directory: &Path,
    is_forced: bool,
    recording: &Recording,
) -> Result<(), Failure> {
    if !is_forced && directory.exists() {
        return Err(not_written(directory, &io::ErrorKind::AlreadyExists.into()));
    }
    let written = bubbleprof::files(recording).write(directory);
    written.map_err(|error| not_written(directory, &error))
}

impl Export {
    /// The process or the recording, with the ending that the tool looks for.
    fn file(&self) -> PathBuf {
        let ending = match self.format {
            Format::Perfetto => "pftrace",
            Format::Heap => "heapsnapshot",
            Format::Speedscope => "speedscope.json",
            Format::Bubbleprof => "clinic-bubbleprof",
        };
        match &self.from {
            Source::Process(process) => PathBuf::from(format!("{process}.{ending}")),
            Source::File(file) => file.with_extension(ending),
        }
    }
}
