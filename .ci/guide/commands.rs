//! The commands that a page shows. `cargo new` and `cargo add` make its project. `ah` is asked about the process of the program
//! before. What is run elsewhere, or nowhere, is in the file `elsewhere`, with the reason.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use crate::{
    page::{Block, Page},
    project::{Done, Project, Repository, succeed},
};

/// The lines of a block, without comments; one that ends with `\` continues.
pub(crate) fn commands(block: &Block) -> Vec<String> {
    let text = block.text().replace("\\\n", " ");
    let lines = text
        .lines()
        .map(|line| line.split(" #").next().expect("one at least"));
    let lines = lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|line| !line.is_empty()).collect()
}

/// What is shown and not followed. Each is shown somewhere: what is left over at the end is out of date.
pub(crate) struct Elsewhere {
    unseen: BTreeSet<String>,
    all: BTreeSet<String>,
}

impl Elsewhere {
    pub(crate) fn read() -> Self {
        let text = fs::read_to_string(".ci/guide/elsewhere").expect("the list");
        let lines = text
            .lines()
            .filter(|line| !line.starts_with('#') && !line.is_empty());
        let all: BTreeSet<_> = lines
            .map(|line| line.split(" | ").next().expect("one at least").to_owned())
            .collect();
        Self {
            unseen: all.clone(),
            all,
        }
    }

    pub(crate) fn has(&mut self, what: &str) -> bool {
        self.unseen.remove(what);
        self.all.contains(what)
    }

    pub(crate) fn complain(&self) -> Vec<String> {
        let lines = self.unseen.iter();
        lines
            .map(|line| format!(".ci/guide/elsewhere: no page shows `{line}`"))
            .collect()
    }
}

/// Adds the crates that a page tells a reader to add.
pub(crate) fn add_all(repository: &Repository, project: &Project, page: &Page) -> Done {
    for command in page.of("sh").flat_map(commands) {
        if let ["cargo", "add", words @ ..] = &*command.split(' ').collect::<Vec<_>>() {
            project
                .add(repository, words)
                .map_err(|error| format!("{}: {error}", page.file))?;
        }
    }
    Ok(())
}

/// Sees to it that each command of a page is followed, or is in the list of what is not.
pub(crate) fn all_known(page: &Page, elsewhere: &mut Elsewhere) -> Vec<String> {
    let commands = page.of("sh").flat_map(commands);
    let unknown = commands.filter(|command| !is_followed(command) && !elsewhere.has(command));
    unknown
        .map(|command| format!("{}: nobody follows `{command}`", page.file))
        .collect()
}

fn is_followed(command: &str) -> bool {
    let begins = [
        "cargo new ",
        "cd ",
        "cargo add ",
        "cargo install async-hooks-cli",
        "ah ",
    ];
    begins.iter().any(|begin| command.starts_with(begin))
}

/// The process of a program that does not end by itself, until this is dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Installs `ah`, and asks it about a process what the block says. `PID` is the process, `ID` something that is alive in it.
pub(crate) fn look_into(
    repository: &Repository,
    program: &Path,
    block: &Block,
    work: &Path,
) -> Done {
    let running = Command::new(program).stdout(Stdio::null()).spawn();
    let running = Running(running.map_err(|error| format!("{}: {error}", program.display()))?);
    let pid = running.0.id().to_string();
    let mut id = String::new();
    for command in commands(block) {
        let mut words: Vec<&str> = command.split(' ').collect();
        if words[..2] == ["cargo", "install"] {
            install(repository, words[2], work)?;
            wait_for(&ah(work), &pid)?;
            continue;
        }
        for word in &mut words {
            *word = match *word {
                "PID" => &pid,
                "ID" => &id,
                word => word,
            };
        }
        let output = succeed(Command::new(ah(work)).args(&words[1..]))?;
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        println!(
            "    $ {command}\n    {}",
            printed.trim_end().replace('\n', "\n    ")
        );
        if printed.trim().is_empty() || printed.starts_with("no context was lost") {
            return Err(format!("`{command}` finds nothing"));
        }
        id = alive_in(&printed).unwrap_or(id);
    }
    Ok(())
}

fn ah(work: &Path) -> PathBuf {
    work.join("bin/ah")
}

/// The last one in a tree of what is alive, such as `TASK main(3)`.
fn alive_in(tree: &str) -> Option<String> {
    let (_, rest) = tree.rsplit_once('(')?;
    let (id, _) = rest.split_once(')')?;
    id.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| id.to_owned())
}

/// Unoptimised, and from here.
fn install(repository: &Repository, name: &str, work: &Path) -> Done {
    let folder = repository
        .package(name)
        .ok_or(format!("{name} is not one of ours"))?;
    let mut cargo = Command::new("cargo");
    cargo
        .args(["install", "--quiet", "--debug", "--locked", "--root"])
        .arg(work);
    succeed(cargo.arg("--path").arg(folder)).map(drop)
}

fn wait_for(ah: &Path, pid: &str) -> Done {
    for _ in 0..100 {
        let output = succeed(Command::new(ah).arg("ls"))?;
        if String::from_utf8_lossy(&output.stdout)
            .split_whitespace()
            .any(|word| word == pid)
        {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(100));
    }
    Err(format!("`ah ls` does not show the process {pid}"))
}
