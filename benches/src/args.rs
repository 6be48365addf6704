//! The command line.

use std::path::PathBuf;

use ah_bench::harness::Effort;

pub(crate) const USAGE: &str = "\
usage: ah-bench [--quick | --test] [--json FILE] [--only NAME | NAME…]
  --quick      fewer and shorter rounds
  --test       every row once, to see that it works
  --json FILE  write the results there, too
  --only NAME  only this row, in this process alone
  NAME…        only these rows, and those with other peers";

pub(crate) struct Args {
    pub(crate) effort: Effort,
    pub(crate) json: Option<PathBuf>,
    pub(crate) names: Vec<String>,
    /// The only row, in this process alone.
    pub(crate) only: Option<String>,
}

impl Args {
    /// # Errors
    /// What is wrong, in words.
    pub(crate) fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut args = Self {
            effort: Effort::FULL,
            json: None,
            names: Vec::new(),
            only: None,
        };
        while let Some(word) = words.next() {
            match word.as_str() {
                "--quick" => args.effort = Effort::QUICK,
                "--test" => args.effort = Effort::TEST,
                "--json" => args.json = Some(words.next().ok_or("--json needs a file")?.into()),
                "--only" => args.only = Some(words.next().ok_or("--only needs the name of a row")?),
                _ if word.starts_with('-') => return Err(format!("unknown option {word}")),
                _ => args.names.push(word),
            }
        }
        Ok(args)
    }
}
