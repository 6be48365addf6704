//! Follows the links of unpacked packages and of their documentation: `links UNPACKED DOC`.
//!
//! - In a README: a file of the package, or a page of docs.rs. A registry shows it without the rest of the repository.
//! - In the documentation: a page or a heading that is there; of docs.rs, a page of ours or a file of one of our packages.
//! - `include_str!`: a file of the package, since docs.rs builds from nothing else.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::{Component, Path, PathBuf},
    process::ExitCode,
};

/// A package: where it is unpacked, and the folder of its documentation.
struct Package {
    root: PathBuf,
    documented_in: String,
}

struct Checker {
    packages: BTreeMap<String, Package>,
    doc: PathBuf,
    /// Pages that were read, with the ids in them.
    pages: BTreeMap<PathBuf, BTreeSet<String>>,
    followed: usize,
    of_others: BTreeSet<String>,
    broken: Vec<String>,
}

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1).map(PathBuf::from);
    let unpacked = arguments.next().expect("the folder of the packages");
    let doc = arguments.next().expect("the folder of the documentation");
    let mut checker = Checker {
        packages: packages(&unpacked),
        doc,
        pages: BTreeMap::new(),
        followed: 0,
        of_others: BTreeSet::new(),
        broken: Vec::new(),
    };
    checker.check();
    checker.report()
}

/// The packages that are unpacked and are to be published, by name.
fn packages(unpacked: &Path) -> BTreeMap<String, Package> {
    let roots = entries(unpacked).into_iter().filter(|path| path.is_dir());
    roots.filter_map(package).collect()
}

fn package(root: PathBuf) -> Option<(String, Package)> {
    let manifest = read(&root.join("Cargo.toml"));
    let name = value(&manifest, "[package]", "name").expect("a package has a name");
    let binary = value(&manifest, "[[bin]]", "name");
    let library = root.join("src/lib.rs").exists();
    let target = binary.filter(|_| !library).unwrap_or_else(|| name.clone());
    let documented_in = target.replace('-', "_");
    let is_published = !manifest.contains("\npublish = false\n");
    is_published.then_some((
        name,
        Package {
            root,
            documented_in,
        },
    ))
}

/// The value of a key in a table of a manifest, as cargo normalises it: a line each.
fn value(manifest: &str, table: &str, key: &str) -> Option<String> {
    let lines = manifest.lines().skip_while(|line| *line != table).skip(1);
    let mut lines = lines.take_while(|line| !line.starts_with('['));
    let prefix = format!("{key} = \"");
    lines.find_map(|line| Some(line.strip_prefix(&prefix)?.trim_end_matches('"').to_owned()))
}

impl Checker {
    fn check(&mut self) {
        let packages: Vec<_> = self
            .packages
            .values()
            .map(|package| package.root.clone())
            .collect();
        assert!(
            !packages.is_empty(),
            "no package: run `cargo package --workspace` first"
        );
        for root in packages {
            self.check_readme(&root);
            for file in files(&root, "rs") {
                self.check_includes(&root, &file);
            }
        }
        let folders: Vec<_> = self
            .packages
            .values()
            .map(|package| self.doc.join(&package.documented_in))
            .collect();
        for folder in folders {
            assert!(
                folder.join("index.html").exists(),
                "{} is not documented: run `cargo doc`",
                folder.display()
            );
            for page in files(&folder, "html") {
                self.check_page(&page);
            }
        }
    }

    fn check_readme(&mut self, root: &Path) {
        let path = root.join("README.md");
        if !path.exists() {
            return self
                .broken
                .push(format!("{}: no README.md", root.display()));
        }
        let text = without_code(&read(&path));
        let mut links = between(&text, "](", ")");
        links.extend(between(&text, "]: ", "\n"));
        links.extend(between(&text, "src=\"", "\""));
        links.extend(between(&text, "srcset=\"", "\""));
        for link in links {
            let link = link.split_whitespace().next().unwrap_or_default();
            let is_there = match link.split_once("://") {
                Some(_) => self.leads_somewhere(link),
                None => is_file_of(root, root, link.split('#').next().unwrap_or_default()),
            };
            self.note(&path, link, is_there);
        }
    }

    fn check_includes(&mut self, root: &Path, file: &Path) {
        for included in between(&read(file), "include_str!(\"", "\"") {
            let folder = file.parent().expect("a file is in a folder");
            let is_there = is_file_of(root, folder, &included);
            self.note(file, &included, is_there);
        }
    }

    fn check_page(&mut self, page: &Path) {
        for link in links_of_page(&read(page)) {
            let link = link.replace("&amp;", "&").replace("&#x2F;", "/");
            let is_there = if link.contains("://") {
                self.leads_somewhere(&link)
            } else {
                let (path, id) = link.split_once('#').unwrap_or((&link, ""));
                let path = path.split('?').next().unwrap_or_default();
                let folder = page.parent().expect("a page is in a folder");
                let target = if path.is_empty() {
                    page.to_owned()
                } else {
                    folder.join(path)
                };
                self.is_page(&target, id)
            };
            self.note(page, &link, is_there);
        }
    }

    /// Whether a page is there, and on it what the link points at.
    fn is_page(&mut self, path: &Path, id: &str) -> bool {
        let path = tidy(&if path.is_dir() {
            path.join("index.html")
        } else {
            path.to_owned()
        });
        let is_source = path
            .strip_prefix(tidy(&self.doc))
            .is_ok_and(|inside| inside.starts_with("src"));
        if id.is_empty() || is_source || !path.exists() {
            return path.exists(); // lines of a source are numbered by a script
        }
        if let Some(moved_to) = moved_to(&path) {
            return self.is_page(&moved_to, id);
        }
        let ids = self
            .pages
            .entry(path)
            .or_insert_with_key(|path| between(&read(path), " id=\"", "\"").into_iter().collect());
        ids.contains(id) || ids.contains(&decoded(id))
    }

    /// Whether a link to the web is one of ours that is there, or one of others.
    fn leads_somewhere(&mut self, link: &str) -> bool {
        let (path, id) = link.split_once('#').unwrap_or((link, ""));
        let Some(path) = path.strip_prefix("https://docs.rs/") else {
            self.of_others.insert(link.to_owned());
            return link.starts_with("https://");
        };
        let parts: Vec<_> = path.trim_end_matches('/').split('/').collect();
        let (name, source) = match parts[..] {
            ["crate", name, "latest", "source", ..] => (name, Some(parts[4..].join("/"))),
            [name, ..] => (name, None),
            [] => return false,
        };
        let Some(package) = self.packages.get(name) else {
            self.of_others.insert(link.to_owned());
            return !name.starts_with("ah-") && name != "async-hooks";
        };
        match (source, &parts[1..]) {
            (Some(file), _) => is_file_of(&package.root, &package.root, &file),
            (None, []) => self.is_page(&self.doc.join(&package.documented_in), id),
            (None, ["latest", page @ ..]) if page.first() == Some(&&*package.documented_in) => {
                self.is_page(&self.doc.join(page.join("/")), id)
            }
            (None, _) => false,
        }
    }

    fn note(&mut self, at: &Path, link: &str, is_there: bool) {
        self.followed += 1;
        if !is_there {
            self.broken.push(format!("{}: {link}", at.display()));
        }
    }

    fn report(&self) -> ExitCode {
        let (packages, links) = (self.packages.len(), self.followed);
        println!(
            "{packages} packages, {links} links, of which {} different ones lead to others",
            self.of_others.len()
        );
        for broken in &self.broken {
            eprintln!("leads nowhere: {broken}");
        }
        if self.broken.is_empty() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}

fn read(path: &Path) -> String {
    let bytes = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    String::from_utf8_lossy(&bytes).into_owned()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries
        .map(|entry| entry.expect("an entry").path())
        .collect()
}

/// All files below with this extension.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let inside = entries(folder).into_iter().flat_map(|path| {
        if path.is_dir() {
            files(&path, extension)
        } else {
            vec![path]
        }
    });
    inside
        .filter(|path| path.extension().is_some_and(|has| has == extension))
        .collect()
}

/// What stands between the two, each time.
fn between(text: &str, begin: &str, end: &str) -> Vec<String> {
    let rest = text.split(begin).skip(1);
    rest.filter_map(|rest| Some(rest.split_once(end)?.0.to_owned()))
        .collect()
}

/// The links of a page of rustdoc's. After the headings of traits that a type implements, the text is that of other crates, and
/// its links are theirs: there, only those that rustdoc itself writes are taken, which have a class.
fn links_of_page(html: &str) -> Vec<String> {
    let headings = ["<h2 id=\"trait-implementations\"", "<h2 id=\"deref-methods"];
    let begins = headings.iter().filter_map(|heading| html.find(heading));
    let (own, inherited) = html.split_at(begins.min().unwrap_or(html.len()));
    let mut links = between(own, " href=\"", "\"");
    links.extend(
        between(inherited, "<a class=\"", ">")
            .iter()
            .flat_map(|tag| between(tag, " href=\"", "\"")),
    );
    links
}

/// Where the page sends its readers, if it is no more than that: rustdoc writes such pages for items that are re-exported.
fn moved_to(path: &Path) -> Option<PathBuf> {
    let html = read(path);
    let (_, rest) = html.split_once("http-equiv=\"refresh\" content=\"0;URL=")?;
    Some(path.parent()?.join(rest.split_once('"')?.0))
}

/// Markdown without its blocks of code and without code in lines.
fn without_code(text: &str) -> String {
    let prose = text.split("```").step_by(2);
    let prose = prose.map(|prose| {
        prose
            .split('`')
            .step_by(2)
            .collect::<Vec<_>>()
            .join("`code`")
    });
    prose.collect::<Vec<_>>().join("\n")
}

/// Without `.` and `..`.
fn tidy(path: &Path) -> PathBuf {
    let mut tidy = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir if tidy.file_name().is_some() => drop(tidy.pop()),
            Component::CurDir => {}
            part => tidy.push(part),
        }
    }
    tidy
}

fn is_file_of(root: &Path, folder: &Path, path: &str) -> bool {
    let file = tidy(&folder.join(path));
    file.starts_with(tidy(root)) && file.is_file()
}

/// An id as a link has it, with `%XX` for what is not of ASCII.
fn decoded(id: &str) -> String {
    let mut bytes = Vec::new();
    let mut parts = id.split('%');
    bytes.extend(parts.next().unwrap_or_default().bytes());
    for part in parts {
        match part
            .get(..2)
            .and_then(|hex| u8::from_str_radix(hex, 16).ok())
        {
            Some(byte) => bytes.extend([byte].into_iter().chain(part[2..].bytes())),
            None => bytes.extend(part.bytes()),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
