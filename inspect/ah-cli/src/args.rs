//! The words of a command line.

use std::{path::PathBuf, time::Duration};

use crate::failure::Failure;

#[derive(Debug, PartialEq)]
pub(crate) enum Command {
    Help,
    Version,
    List,
    View(View),
    Record(Record),
    Export(Export),
}

/// A view of a process.
#[derive(Debug, PartialEq)]
pub(crate) struct View {
    pub(crate) name: &'static str,
    pub(crate) process: u32,
    pub(crate) id: Option<u64>,
    pub(crate) is_check: bool,
    pub(crate) is_json: bool,
    pub(crate) watch: Option<Duration>,
}

#[derive(Debug, PartialEq)]
pub(crate) struct Record {
    pub(crate) process: u32,
    pub(crate) output: Option<PathBuf>,
    pub(crate) is_forced: bool,
}

/// A recording, as a file for the tool of somebody else.
#[derive(Debug, PartialEq)]
pub(crate) struct Export {
    pub(crate) from: Source,
    pub(crate) format: Format,
    pub(crate) output: Option<PathBuf>,
    pub(crate) is_forced: bool,
}

#[derive(Debug, PartialEq)]
pub(crate) enum Source {
    Process(u32),
    File(PathBuf),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Format {
    Perfetto,
    Heap,
    Speedscope,
    Bubbleprof,
}

const FORMATS: [(&str, Format); 4] = [
    ("perfetto", Format::Perfetto),
    ("heap", Format::Heap),
    ("speedscope", Format::Speedscope),
    ("bubbleprof", Format::Bubbleprof),
];

const COMMANDS: [&str; 8] = [
    "ls", "ps", "pstree", "why", "lost", "stats", "record", "export",
];

/// What was given beside the command's name.
#[derive(Default)]
struct Given {
    numbers: Vec<String>,
    is_json: bool,
    is_check: bool,
    is_forced: bool,
    watch: Option<Duration>,
    output: Option<PathBuf>,
    format: Option<Format>,
    recording: Option<PathBuf>,
}

pub(crate) fn parse(words: &[String]) -> Result<Command, Failure> {
    let (mut name, mut given) = (None, Given::default());
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "-h" | "--help" | "help" => return Ok(Command::Help),
            "-V" | "--version" => return Ok(Command::Version),
            "-j" | "--json" => given.is_json = true,
            "--check" => given.is_check = true,
            "-f" | "--force" => given.is_forced = true,
            "-w" | "--watch" => given.watch = Some(Duration::from_secs(1)),
            "-o" | "--output" => {
                let file = words
                    .next()
                    .ok_or_else(|| usage("--output needs a file: `-o shop.rec`"))?;
                given.output = Some(file.into());
            }
            "--format" => given.format = Some(format(words.next())?),
            "--recording" => {
                let file = words
                    .next()
                    .ok_or_else(|| usage("--recording needs a file, as `ah record` writes one"))?;
                given.recording = Some(file.into());
            }
            word if word.starts_with("--watch=") => given.watch = Some(seconds(&word[8..])?),
            word if word.starts_with('-') => {
                return Err(usage(&format!("there is no option `{}`", clean(word))));
            }
            word if name.is_none() => name = Some(known(word)?),
            word => given.numbers.push(word.to_owned()),
        }
    }
    command(
        name.ok_or_else(|| usage(&format!("which command? {}", COMMANDS.join(", "))))?,
        given,
    )
}

fn usage(why: &str) -> Failure {
    Failure::Usage(why.to_owned())
}

/// Somebody else's words, as a terminal may have them.
fn clean(word: &str) -> String {
    word.chars().take(40).flat_map(char::escape_debug).collect()
}

fn known(word: &str) -> Result<&'static str, Failure> {
    let known = COMMANDS.iter().find(|name| **name == word);
    known.copied().ok_or_else(|| {
        usage(&format!(
            "there is no command `{}`: {}",
            clean(word),
            COMMANDS.join(", ")
        ))
    })
}

fn seconds(text: &str) -> Result<Duration, Failure> {
    let seconds = text
        .parse::<f64>()
        .ok()
        .filter(|seconds| (0.1..=3600.0).contains(seconds));
    seconds
        .map(Duration::from_secs_f64)
        .ok_or_else(|| usage("--watch takes seconds, from 0.1 to 3600: `--watch=2`"))
}

fn format(word: Option<&String>) -> Result<Format, Failure> {
    let known = FORMATS
        .iter()
        .find(|(name, _)| word.is_some_and(|word| word == name));
    known.map(|(_, format)| *format).ok_or_else(|| {
        let names = FORMATS.map(|(name, _)| name).join(", ");
        usage(&format!("--format takes one of {names}"))
    })
}

fn command(name: &'static str, given: Given) -> Result<Command, Failure> {
    let wanted = match name {
        "ls" => 0,
        "export" if given.recording.is_some() => 0,
        "why" => 2,
        _ => 1,
    };
    if given.numbers.len() != wanted {
        let numbers = ["", " PID", " PID ID"][wanted];
        return Err(usage(&format!(
            "write `ah {name}{numbers}`; `ah ls` lists processes"
        )));
    }
    given.check_options(name)?;
    let process = given
        .numbers
        .first()
        .map(|number| process(number))
        .transpose()?;
    let id = given.numbers.get(1).map(|number| id(number)).transpose()?;
    if name == "export" {
        return given.export(process).map(Command::Export);
    }
    let Some(process) = process else {
        return Ok(Command::List);
    };
    if name == "record" {
        return Ok(Command::Record(Record {
            process,
            output: given.output,
            is_forced: given.is_forced,
        }));
    }
    Ok(Command::View(View {
        name,
        process,
        id,
        is_check: given.is_check,
        is_json: given.is_json,
        watch: given.watch,
    }))
}

impl Given {
    fn export(self, process: Option<u32>) -> Result<Export, Failure> {
        let file = self.recording.map(Source::File);
        let from = process.map(Source::Process).or(file);
        let from = from.ok_or_else(|| usage("write `ah export PID` or `--recording FILE`"))?;
        let format = self
            .format
            .map_or_else(|| format(None), Ok::<Format, Failure>)?;
        Ok(Export {
            from,
            format,
            output: self.output,
            is_forced: self.is_forced,
        })
    }

    fn check_options(&self, name: &str) -> Result<(), Failure> {
        let is_view = !matches!(name, "ls" | "record" | "export");
        let is_file = matches!(name, "record" | "export");
        let misplaced = [
            (self.is_json && !is_view, "--json"),
            (self.watch.is_some() && !is_view, "--watch"),
            (self.is_check && name != "lost", "--check"),
            (self.output.is_some() && !is_file, "--output"),
            (self.is_forced && !is_file, "--force"),
            (self.format.is_some() && name != "export", "--format"),
            (self.recording.is_some() && name != "export", "--recording"),
        ];
        match misplaced.iter().find(|(is_misplaced, _)| *is_misplaced) {
            Some((_, option)) => Err(usage(&format!("`ah {name}` takes no {option}"))),
            None => Ok(()),
        }
    }
}

fn process(number: &str) -> Result<u32, Failure> {
    number.parse().map_err(|_| {
        usage(&format!(
            "`{}` is no process id: `ah ls` lists them",
            clean(number)
        ))
    })
}

fn id(number: &str) -> Result<u64, Failure> {
    number
        .parse()
        .map_err(|_| usage(&format!("`{}` is no id: `ah ps` lists them", clean(number))))
}
