//! Follows the pages: `guide follow WORK`, in an empty folder. `guide alone WORK` also builds the project of each page without
//! what others switch on. `guide javascript WORK` runs the programs for Node, `guide block FILE LANGUAGE N` prints a block.

mod commands;
mod page;
mod project;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use commands::{Elsewhere, add_all, all_known, look_into};
use page::{Fate, Page, Program};
use project::{Done, Project, Repository, succeed};

/// On which the other pages build.
const FIRST: &str = "docs/guide/getting_started.md";

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let repository = Repository::here();
    let done = match &*words.iter().map(String::as_str).collect::<Vec<_>>() {
        ["block", file, language, n] => print_block(&repository.page(file), language, n),
        ["javascript", work] => javascript(&repository, Path::new(work)),
        ["follow", work] => follow(&repository, Path::new(work), false),
        ["alone", work] => follow(&repository, Path::new(work), true),
        _ => Err("see the head of .ci/guide/main.rs".to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn print_block(page: &Page, language: &str, n: &str) -> Done {
    let n: usize = n.parse().map_err(|_| format!("{n} is no number"))?;
    let block = page.of(language).nth(n - 1);
    print!(
        "{}",
        block
            .ok_or(format!("{}: no {language} {n}", page.file))?
            .text()
    );
    Ok(())
}

fn follow(repository: &Repository, work: &Path, is_alone: bool) -> Done {
    readme(repository, work)?;
    let pages = repository.pages();
    let mut guide = Guide::begin(repository, work, &pages)?;
    guide.build(is_alone)?;
    let mut elsewhere = Elsewhere::read();
    for page in &pages {
        guide.follow(page);
        guide.wrong.extend(all_known(page, &mut elsewhere));
        guide.wrong.extend(unprinted(page, &mut elsewhere));
    }
    let recipes = "docs/guide/recipes"; // shown by the cookbook as files
    assert!(elsewhere.has(recipes), "who runs {recipes}?");
    guide.wrong.extend(elsewhere.complain());
    match &*guide.wrong {
        [] => Ok(()),
        wrong => Err(wrong.join("\n")),
    }
}

/// The README by itself, with nothing but what it says: what somebody does first.
fn readme(repository: &Repository, work: &Path) -> Done {
    let page = repository.page("README.md");
    let project = Project::new(repository, work, "shop")?;
    add_all(repository, &project, &page)?;
    for program in page.programs() {
        project.write("src/main.rs", &program.source);
        let output = succeed(&mut project.cargo(&["run", "--quiet"]))?;
        prints(&program, &output.stdout)?;
    }
    println!("README.md: followed in an empty project");
    Ok(())
}

fn prints(program: &Program, stdout: &[u8]) -> Done {
    let printed = String::from_utf8_lossy(stdout);
    match &program.prints {
        Some(expected) if *expected != printed => Err(format!(
            "{} prints something else than its page says:\n{printed}instead of\n{expected}",
            program.name
        )),
        _ => Ok(()),
    }
}

/// Blocks of text that no program before them prints.
fn unprinted(page: &Page, elsewhere: &mut Elsewhere) -> Vec<String> {
    let pairs = page.blocks.iter().zip(page.blocks.iter().skip(1));
    let bare = pairs.filter(|(before, block)| {
        block.language == "text" && !["rust", "js"].contains(&&*before.language)
    });
    let bare = bare.map(|(_, block)| format!("{}: {}", page.file, block.lines[0]));
    bare.filter(|block| !elsewhere.has(block))
        .map(|block| format!("nobody prints `{block}`"))
        .collect()
}

/// The projects of all pages, and what was wrong in them.
struct Guide<'a> {
    repository: &'a Repository,
    work: &'a Path,
    projects: Vec<Project>,
    wrong: Vec<String>,
}

impl<'a> Guide<'a> {
    fn begin(repository: &'a Repository, work: &'a Path, pages: &[Page]) -> Result<Self, String> {
        let within = work.join("guide");
        fs::create_dir_all(&within).expect("a folder for the projects");
        fs::write(within.join("Cargo.toml"), "[workspace]\nresolver = \"3\"\n")
            .expect("a workspace");
        fs::copy(
            repository.root.join("Cargo.lock"),
            within.join("Cargo.lock"),
        )
        .expect("its versions");
        let first = repository.page(FIRST);
        let mut guide = Self {
            repository,
            work,
            projects: Vec::new(),
            wrong: Vec::new(),
        };
        let has_programs =
            |page: &&Page| page.file != "README.md" && page.of("rust").next().is_some();
        for page in pages.iter().filter(has_programs) {
            let project = Project::new(repository, &within, &page.name)?;
            add_all(repository, &project, &first)?;
            if page.file != FIRST {
                add_all(repository, &project, page)?;
            }
            page.programs()
                .iter()
                .for_each(|program| project.take(program));
            guide.projects.push(project);
        }
        Ok(guide)
    }

    /// Builds all programs at once; or those of each page by themselves, so that no page lends another a feature.
    fn build(&mut self, is_alone: bool) -> Done {
        let all = ["build", "--quiet", "--examples", "--tests", "--workspace"];
        let within = self.projects.first().expect("a page with programs");
        let warnings = succeed(&mut within.cargo(&all))?.stderr;
        if !warnings.is_empty() {
            self.wrong
                .push(String::from_utf8_lossy(&warnings).into_owned());
        }
        for project in self.projects.iter().filter(|_| is_alone) {
            succeed(&mut project.cargo(&all[..4]))?;
            println!("{}: builds by itself", project.name);
        }
        Ok(())
    }

    fn follow(&mut self, page: &Page) {
        let Some(project) = self
            .projects
            .iter()
            .find(|project| project.name == page.name)
        else {
            return;
        };
        let programs = page.programs();
        for program in &programs {
            let done = self.follow_program(page, project, program);
            self.wrong
                .extend(done.err().map(|error| format!("{}: {error}", page.file)));
        }
        println!("{}: {} programs followed", page.file, programs.len());
    }

    fn follow_program(&self, page: &Page, project: &Project, program: &Program) -> Done {
        match &program.fate {
            Fate::Run => {
                let output = succeed(Command::new("timeout").arg("60").arg(built(program)))?;
                prints(program, &output.stdout)
            }
            Fate::Test => project.passes(program),
            Fate::Refused(error) => project.is_refused(program, error),
            Fate::Unstable => unstable(page, project, program),
            Fate::Start => {
                let commands = page.of("sh").find(|block| block.line > program.line);
                let commands =
                    commands.ok_or(format!("{} is started, and nobody asks it", program.name))?;
                look_into(self.repository, &built(program), commands, self.work)
            }
        }
    }
}

fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR")
        .expect("the folder of what is built")
        .into()
}

fn built(program: &Program) -> PathBuf {
    target().join("debug/examples").join(&program.name)
}

/// Runs a program with the file that its page shows for cargo, and without the variable that takes its place.
fn unstable(page: &Page, project: &Project, program: &Program) -> Done {
    let mut files = page.of("toml").filter(|block| block.lines[0] == "[build]");
    let file = files.next().ok_or("the page shows no `[build]`")?;
    project.write(".cargo/config.toml", &file.text());
    project.write(
        &format!("examples/{}/main.rs", program.name),
        &program.source,
    );
    let mut cargo = project.cargo(&["run", "--quiet", "--example", &program.name]);
    cargo
        .env_remove("RUSTFLAGS")
        .arg("--target-dir")
        .arg(target().join("unstable"));
    prints(program, &succeed(&mut cargo)?.stdout)
}

/// The programs for Node.
fn javascript(repository: &Repository, work: &Path) -> Done {
    for page in repository.pages() {
        for program in page.programs_in("js") {
            let file = work.join(format!("{}.cjs", program.name));
            fs::write(&file, &program.source).expect("a program");
            prints(&program, &succeed(Command::new("node").arg(&file))?.stdout)?;
            println!("{}: a program for Node prints what it says", page.file);
        }
    }
    Ok(())
}
