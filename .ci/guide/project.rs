//! Empty projects, and what is done in them. Each page has one of its own, made by `cargo new`, with the crates that the page
//! and the first page tell a reader to add. The projects are members of one workspace, so that one build serves all of them.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use crate::page::{Fate, Page, Program};

pub(crate) type Done = Result<(), String>;

/// The workspace of this repository: where crates of ours are, and which versions of others it has.
pub(crate) struct Repository {
    pub(crate) root: PathBuf,
    lock: String,
}

pub(crate) struct Project {
    pub(crate) folder: PathBuf,
    pub(crate) name: String,
}

/// Runs to its end, quietly. What it wrote is the error if it fails.
pub(crate) fn succeed(command: &mut Command) -> Result<Output, String> {
    let output = command
        .output()
        .map_err(|error| format!("{command:?}: {error}"))?;
    match output.status.success() {
        true => Ok(output),
        false => Err(format!("{command:?}: {}\n{}", output.status, both(&output))),
    }
}

fn both(output: &Output) -> String {
    let [printed, errors] =
        [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    format!("{printed}{errors}")
}

impl Repository {
    pub(crate) fn here() -> Self {
        let root = env::current_dir().expect("a folder");
        let lock = fs::read_to_string(root.join("Cargo.lock")).expect("a lock file");
        Self { root, lock }
    }

    pub(crate) fn page(&self, file: &str) -> Page {
        Page::read(&self.root, file)
    }

    /// The README and all pages of the guide, by name.
    pub(crate) fn pages(&self) -> Vec<Page> {
        let mut files = vec!["README.md".to_owned()];
        for folder in [
            "docs/guide",
            "docs/guide/how_it_works",
            "docs/guide/performance",
        ] {
            let entries = fs::read_dir(self.root.join(folder)).expect("a folder of pages");
            let names = entries.map(|entry| {
                entry
                    .expect("a file")
                    .file_name()
                    .into_string()
                    .expect("text")
            });
            files.extend(
                names
                    .filter(|name| name.ends_with(".md"))
                    .map(|name| format!("{folder}/{name}")),
            );
        }
        files.sort();
        files.iter().map(|file| self.page(file)).collect()
    }

    /// The folder of a package of ours.
    pub(crate) fn package(&self, name: &str) -> Option<PathBuf> {
        let members =
            [".", "*", "integrations/*", "inspect/*"].map(|place| match place.strip_suffix('*') {
                None => vec![self.root.clone()],
                Some(place) => {
                    let entries =
                        fs::read_dir(self.root.join(place)).expect("a folder of packages");
                    entries
                        .map(|entry| entry.expect("a folder").path())
                        .collect()
                }
            });
        let line = format!("\nname = \"{name}\"");
        let is_it = |folder: &PathBuf| {
            fs::read_to_string(folder.join("Cargo.toml"))
                .is_ok_and(|manifest| manifest.contains(&line))
        };
        members.into_iter().flatten().find(is_it)
    }

    /// The newest version of a crate of others that the tests of this repository use.
    fn version(&self, name: &str) -> Option<&str> {
        let line = format!("name = \"{name}\"\nversion = \"");
        let after = self.lock.split(line.as_str()).skip(1);
        let versions = after.filter_map(|rest| rest.split('"').next());
        versions.max_by_key(|version| -> Vec<u64> {
            version
                .split('.')
                .map(|part| part.parse().unwrap_or(0))
                .collect()
        })
    }
}

impl Project {
    /// Does what `cargo new` does; a project by itself, or a member of the workspace in the folder where it is.
    pub(crate) fn new(repository: &Repository, within: &Path, name: &str) -> Result<Self, String> {
        let mut new = Command::new("cargo");
        succeed(
            new.current_dir(within)
                .args(["new", "--quiet", "--vcs", "none", name]),
        )?;
        let project = Self {
            folder: within.join(name),
            name: name.to_owned(),
        };
        if !within.join("Cargo.toml").exists() {
            let manifest = project.read("Cargo.toml") + "\n[workspace]\n"; // not a member of anything above
            project.write("Cargo.toml", &manifest);
            project.write("Cargo.lock", &repository.lock);
        }
        Ok(project)
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.folder.join(file)).expect("a file of the project")
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        let file = self.folder.join(file);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder in the project");
        fs::write(file, text).expect("a file in the project");
    }

    pub(crate) fn cargo(&self, words: &[&str]) -> Command {
        let mut cargo = Command::new("cargo");
        cargo.current_dir(&self.folder).args(words);
        cargo
    }

    /// Does what a page says, with crates of ours from here and the versions of others that are tested here.
    pub(crate) fn add(&self, repository: &Repository, words: &[&str]) -> Done {
        let names = words.iter().enumerate().filter(|(at, word)| {
            !word.starts_with("--") && (*at == 0 || words[at - 1] != "--features")
        });
        let names: Vec<&str> = names.map(|(_, name)| *name).collect();
        let options: Vec<_> = words.iter().filter(|word| !names.contains(word)).collect();
        for name in names {
            let mut cargo = self.cargo(&["add", "--quiet"]);
            match (repository.package(name), repository.version(name)) {
                (Some(folder), _) => cargo.arg("--path").arg(folder),
                (None, Some(version)) => cargo.arg(format!("{name}@{version}")),
                (None, None) => return Err(format!("{name} is in no test of this repository")),
            };
            succeed(cargo.args(&options))?;
        }
        Ok(())
    }

    /// Writes a program where `cargo` finds it. It is called `main.rs`, as that of a reader is.
    pub(crate) fn take(&self, program: &Program) {
        let Program {
            name, source, fate, ..
        } = program;
        match fate {
            Fate::Run | Fate::Start => self.write(&format!("examples/{name}/main.rs"), source),
            Fate::Test => self.write(&format!("tests/{name}/main.rs"), source),
            Fate::Refused(_) | Fate::Unstable => (), // later, by themselves
        }
    }

    /// Shows a program to the compiler in the place of `main.rs`, which refuses it with this error.
    pub(crate) fn is_refused(&self, program: &Program, error: &str) -> Done {
        let main = self.read("src/main.rs");
        self.write("src/main.rs", &program.source);
        let built = self
            .cargo(&["build", "--quiet", "--workspace", "--bin", &self.name])
            .output();
        self.write("src/main.rs", &main);
        let output = both(&built.expect("cargo runs"));
        match output.contains(&format!("error[{error}]")) {
            true => Ok(()),
            false => Err(format!(
                "{} is not refused with {error}:\n{output}",
                program.name
            )),
        }
    }

    /// Runs a test that a page shows.
    pub(crate) fn passes(&self, program: &Program) -> Done {
        let mut cargo = self.cargo(&["test", "--quiet", "--workspace", "--test", &program.name]);
        let printed = both(&succeed(&mut cargo)?);
        match printed.contains("test result: ok. 1 passed") {
            true => Ok(()),
            false => Err(format!("{} runs no test:\n{printed}", program.name)),
        }
    }
}
