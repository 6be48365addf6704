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
    Picture(Picture),
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

/// A picture of what is recorded.
#[derive(Debug, PartialEq)]
pub(crate) struct Picture {
    pub(crate) source: Source,
    /// Of one request; else of all.
    pub(crate) id: Option<u64>,
    /// The storage that distinguishes requests.
    pub(crate) by: Option<String>,
    pub(crate) html: Option<PathBuf>,
    pub(crate) is_forced: bool,
    pub(crate) is_json: bool,
}

#[derive(Debug, PartialEq)]
pub(crate) enum Source {
    Process(u32),
    File(PathBuf),
}

/// What is recorded, as a file for the tool of somebody else.
#[derive(Debug, PartialEq)]
pub(crate) struct Export {
    pub(crate) source: Source,
    pub(crate) format: Format,
    pub(crate) output: Option<PathBuf>,
    pub(crate) is_forced: bool,
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

const COMMANDS: [&str; 10] = [
    "ls", "ps", "pstree", "why", "lost", "stats", "record", "river", "top", "export",
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
    html: Option<PathBuf>,
    recording: Option<PathBuf>,
    by: Option<String>,
    format: Option<Format>,
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
                let file = next(&mut words, "--output needs a file: `-o shop.rec`")?;
                given.output = Some(file.into());
            }
            "--html" => {
                let file = next(&mut words, "--html needs a file: `--html shop.html`")?;
                given.html = Some(file.into());
            }
            "--recording" => {
                let why =
                    "--recording needs a file, which `ah record` wrote: `--recording shop.rec`";
                given.recording = Some(next(&mut words, why)?.into());
            }
            "--by" => {
                let why = "--by needs the name of a storage: `--by tenant`";
                given.by = Some(next(&mut words, why)?.to_owned());
            }
            "--format" => given.format = Some(format(words.next())?),
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

fn next<'a>(words: &mut impl Iterator<Item = &'a String>, why: &str) -> Result<&'a str, Failure> {
    words.next().map(String::as_str).ok_or_else(|| usage(why))
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
    let is_picture = matches!(name, "river" | "top");
    let has_file = (is_picture || name == "export") && given.recording.is_some();
    let wanted = match name {
        "ls" => 0,
        "why" | "river" => 2,
        _ => 1,
    };
    if given.numbers.len() != wanted - usize::from(has_file) {
        let numbers = match (wanted, has_file) {
            (2, true) => " --recording FILE ID",
            (_, true) => " --recording FILE",
            (wanted, false) => ["", " PID", " PID ID"][wanted],
        };
        return Err(usage(&format!(
            "write `ah {name}{numbers}`; `ah ls` lists processes"
        )));
    }
    given.check_options(name)?;
    let mut numbers = given.numbers.iter();
    let process = match has_file {
        true => None,
        false => numbers.next().map(|number| process(number)).transpose()?,
    };
    let id = numbers.next().map(|number| id(number)).transpose()?;
    Ok(match (name, process) {
        ("river" | "top", process) => Command::Picture(given.picture(process, id)),
        ("export", process) => Command::Export(given.export(process)?),
        (_, None) => Command::List,
        ("record", Some(process)) => Command::Record(Record {
            process,
            output: given.output,
            is_forced: given.is_forced,
        }),
        (_, Some(process)) => Command::View(View {
            name,
            process,
            id,
            is_check: given.is_check,
            is_json: given.is_json,
            watch: given.watch,
        }),
    })
}

impl Given {
    fn picture(self, process: Option<u32>, id: Option<u64>) -> Picture {
        let file = self.recording.unwrap_or_default();
        Picture {
            source: process.map_or(Source::File(file), Source::Process),
            id,
            by: self.by,
            html: self.html,
            is_forced: self.is_forced,
            is_json: self.is_json,
        }
    }

    fn export(self, process: Option<u32>) -> Result<Export, Failure> {
        let file = self.recording.unwrap_or_default();
        Ok(Export {
            source: process.map_or(Source::File(file), Source::Process),
            format: match self.format {
                Some(format) => format,
                None => format(None)?,
            },
            output: self.output,
            is_forced: self.is_forced,
        })
    }

    fn check_options(&self, name: &str) -> Result<(), Failure> {
        let is_picture = matches!(name, "river" | "top");
        let is_file = matches!(name, "record" | "export");
        let is_view = !is_picture && !is_file && name != "ls";
        let misplaced = [
            (self.is_json && !is_view && name != "top", "--json"),
            (self.watch.is_some() && !is_view, "--watch"),
            (self.is_check && name != "lost", "--check"),
            (self.output.is_some() && !is_file, "--output"),
            (self.is_forced && !is_file && !is_picture, "--force"),
            (self.html.is_some() && !is_picture, "--html"),
            (
                self.recording.is_some() && !is_picture && name != "export",
                "--recording",
            ),
            (self.format.is_some() && name != "export", "--format"),
            (self.by.is_some() && name != "top", "--by"),
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
