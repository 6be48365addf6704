//! Pictures of what is recorded: one request as a river, or all in a list.

use std::{fmt::Display, fs, path::Path};

use ah_inspect::{Overview, Recording, River};

use crate::{
    args::{Picture, Source},
    client::ask,
    command::columns,
    failure::{Failure, print},
    paint,
    record::write,
};

pub(crate) fn run(picture: &Picture) -> Result<(), Failure> {
    let recording = recording(&picture.source)?;
    match picture.id {
        Some(id) => river(picture, &recording, id),
        None => top(picture, &recording),
    }
}

pub(crate) fn recording(source: &Source) -> Result<Recording, Failure> {
    let bytes = match source {
        Source::Process(process) => ask(*process, "record")?,
        Source::File(file) => {
            fs::read(file).map_err(|error| refused(format!("{}: {error}", file.display())))?
        }
    };
    Recording::from_bytes(&bytes).map_err(refused)
}

fn refused(why: impl Display) -> Failure {
    Failure::Refused(why.to_string())
}

fn river(picture: &Picture, recording: &Recording, id: u64) -> Result<(), Failure> {
    let river = River::of(recording, id).map_err(refused)?;
    match &picture.html {
        Some(file) => {
            write(file, river.html().as_bytes(), picture.is_forced)?;
            print(format!("{}: {}\n", file.display(), river.headline()).as_bytes())
        }
        None => {
            let text = river.text(columns().into());
            let text = if paint::is_wanted() {
                paint::river(&text)
            } else {
                text
            };
            print(text.as_bytes())
        }
    }
}

fn top(picture: &Picture, recording: &Recording) -> Result<(), Failure> {
    let overview = match &picture.by {
        Some(storage) => Overview::by(recording, storage).map_err(refused)?,
        None => Overview::of(recording),
    };
    match &picture.html {
        Some(directory) => write_all(directory, recording, &overview, picture.is_forced),
        None if picture.is_json => print(overview.json().as_bytes()),
        None => print(overview.text(columns().into()).as_bytes()),
    }
}

/// The list and the rivers that it links to, in a directory.
fn write_all(
    directory: &Path,
    recording: &Recording,
    overview: &Overview,
    is_forced: bool,
) -> Result<(), Failure> {
    let why = |error| refused(format!("{}: {error}", directory.display()));
    fs::create_dir_all(directory).map_err(why)?;
    let index = directory.join("index.html");
    write(&index, overview.html().as_bytes(), is_forced)?;
    let mut count = 0;
    for river in overview.rivers(recording) {
        let file = directory.join(format!("river-{}.html", river.id()));
        write(&file, river.html().as_bytes(), is_forced)?;
        count += 1;
    }
    print(format!("{}: {count} requests\n", index.display()).as_bytes())
}
