//! A recording, as a file for the tool of somebody else.

use std::{
    io,
    path::{Path, PathBuf},
};

use ah_inspect::{
    Recording,
    export::{bubbleprof, heap, perfetto, speedscope},
};

use crate::{
    args::{Export, Format, Source},
    failure::{Failure, print},
    picture::recording,
    record::{not_written, write},
};

pub(crate) fn run(export: &Export) -> Result<(), Failure> {
    let recording = recording(&export.source)?;
    let file = export.output.clone().unwrap_or_else(|| export.file());
    let bytes = match export.format {
        Format::Perfetto => perfetto::trace(&recording),
        Format::Heap => heap::of(&recording).into_bytes(),
        Format::Speedscope => speedscope::profile(&recording).into_bytes(),
        Format::Bubbleprof => Vec::new(), // a directory
    };
    match export.format {
        Format::Bubbleprof => write_bubbleprof(&file, export.is_forced, &recording)?,
        _ => write(&file, &bytes, export.is_forced)?,
    }
    let tasks = recording.tasks().len();
    print(format!("{}: {tasks} tasks and resources\n", file.display()).as_bytes())
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
        match &self.source {
            Source::Process(process) => PathBuf::from(format!("{process}.{ending}")),
            Source::File(file) => file.with_extension(ending),
        }
    }
}
