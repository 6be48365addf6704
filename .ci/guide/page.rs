//! What a page shows: its blocks, and the programs among them as rustdoc reads them.

use std::{fs, path::Path};

/// What stands between two fences.
pub(crate) struct Block {
    /// The line of its first fence.
    pub(crate) line: usize,
    pub(crate) language: String,
    pub(crate) attributes: Vec<String>,
    pub(crate) lines: Vec<String>,
}

pub(crate) struct Page {
    /// Such as `docs/guide/storages.md`.
    pub(crate) file: String,
    /// Such as `storages`.
    pub(crate) name: String,
    pub(crate) blocks: Vec<Block>,
}

/// What is done with a program.
#[derive(PartialEq)]
pub(crate) enum Fate {
    Run,
    Test,
    /// Does not end by itself: `no_run`. The commands after it are for its process.
    Start,
    /// Does not compile, with this error.
    Refused(String),
    /// Needs `--cfg tokio_unstable`, which the page sets in a file for cargo.
    Unstable,
}

pub(crate) struct Program {
    /// Such as `storages_8`, by the line in its page.
    pub(crate) name: String,
    pub(crate) line: usize,
    pub(crate) source: String,
    pub(crate) fate: Fate,
    /// The block of `text` after it.
    pub(crate) prints: Option<String>,
}

impl Page {
    pub(crate) fn read(root: &Path, file: &str) -> Self {
        let text = fs::read_to_string(root.join(file)).expect("a page");
        let name = Path::new(file).file_stem().expect("a file").to_str();
        Self {
            name: name.expect("text").to_lowercase(),
            blocks: blocks(file, &text),
            file: file.to_owned(),
        }
    }

    pub(crate) fn of<'a>(&'a self, language: &'a str) -> impl Iterator<Item = &'a Block> {
        let blocks = self.blocks.iter();
        blocks.filter(move |block| block.language == language)
    }

    pub(crate) fn programs(&self) -> Vec<Program> {
        self.programs_in("rust")
    }

    pub(crate) fn programs_in(&self, language: &str) -> Vec<Program> {
        let following = self.blocks.iter().skip(1).map(Some).chain([None]);
        let pairs = self.blocks.iter().zip(following);
        let pairs = pairs.filter(|(block, _)| block.language == language);
        pairs
            .map(|(block, next)| self.program(block, next))
            .collect()
    }

    fn program(&self, block: &Block, next: Option<&Block>) -> Program {
        let fate = block.fate(&self.file);
        let source = match fate {
            _ if block.language != "rust" => block.text(),
            Fate::Unstable => block.shown(),
            Fate::Test => block.with_hidden(),
            _ => in_main(block.with_hidden()),
        };
        Program {
            name: format!("{}_{}", self.name, block.line),
            line: block.line,
            source,
            fate,
            prints: next.filter(|next| next.language == "text").map(Block::text),
        }
    }
}

fn blocks(file: &str, text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (at, line) in text.lines().enumerate() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(""), None) => panic!("{file}:{}: a block says no language", at + 1),
            (Some(words), None) => open = Some(Block::begin(at + 1, words)),
            (None, Some(block)) => block.lines.push(line.to_owned()),
            (None, None) => (),
        }
    }
    assert!(open.is_none(), "{file}: the last block does not end");
    blocks.iter().for_each(|block| block.is_seen_whole(file));
    blocks
}

impl Block {
    fn begin(line: usize, words: &str) -> Self {
        let mut words = words.split(',').map(str::to_owned);
        Self {
            line,
            language: words.next().expect("one at least"),
            attributes: words.collect(),
            lines: Vec::new(),
        }
    }

    /// In a window of 1280 pixels, a page of rustdoc has room for so much of a program.
    fn is_seen_whole(&self, file: &str) {
        let is_program = ["rust", "js", "toml"].contains(&&*self.language);
        for line in self
            .lines
            .iter()
            .filter(|line| is_program && hidden(line).is_none())
        {
            let columns = line.chars().count();
            assert!(
                columns <= 95,
                "{file}:{}: {columns} columns: {line}",
                self.line
            );
        }
    }

    pub(crate) fn text(&self) -> String {
        self.lines.join("\n") + "\n"
    }

    fn fate(&self, file: &str) -> Fate {
        let has = |word: &str| self.lines.iter().any(|line| line.contains(word));
        let is_test =
            |line: &String| line.starts_with("#[test]") || line.starts_with("#[async_hooks::test");
        match &*self.attributes {
            [] if has("cfg(tokio_unstable)") => Fate::Unstable,
            [] if has("fn main(") => Fate::Run,
            [] if self.lines.iter().any(is_test) => Fate::Test,
            [] => Fate::Run,
            [one] if one == "no_run" => Fate::Start,
            [one, code] if one == "compile_fail" => Fate::Refused(code.clone()),
            other => panic!("{file}:{}: what is done with {other:?}?", self.line),
        }
    }

    /// What a reader sees and copies.
    fn shown(&self) -> String {
        let lines = self.lines.iter().filter(|line| hidden(line).is_none());
        lines.map(|line| format!("{line}\n")).collect()
    }

    fn with_hidden(&self) -> String {
        let lines = self.lines.iter().map(|line| hidden(line).unwrap_or(line));
        lines.map(|line| format!("{line}\n")).collect()
    }
}

/// What rustdoc compiles and does not show.
fn hidden(line: &str) -> Option<&str> {
    line.strip_prefix("# ").or((line == "#").then_some(""))
}

/// A program with a `main`, which rustdoc, too, puts around statements.
fn in_main(body: String) -> String {
    if body.contains("fn main(") {
        return body;
    }
    let fails = body.contains("\nOk::<(), Box<dyn std::error::Error>>(())");
    let returns = if fails {
        " -> Result<(), Box<dyn std::error::Error>>"
    } else {
        ""
    };
    format!("fn main(){returns} {{\n{body}}}\n")
}
