//! The arrows between the files of ah-core point one way: a file imports from the file that defines, and only from floors
//! below its own or from its own, where they form no circle. `lib.rs` and every `mod.rs` define nothing.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use syn::{
    File, Item, ItemMacro, ItemUse, Meta, UseTree,
    visit::{self, Visit},
};

/// From the ground up. A folder stands for all that is in it, but for what is named itself.
const FLOORS: &[&[&str]] = &[
    &["id", "event", "counters", "providers", "run_output", "sync"],
    &["report", "error", "probe"],
    &["bridge"],
    &["frame::chain"],
    &["frame::current"],
    &["frame::carry"],
    &["frame", "identity"],
    &["hook", "context", "subject", "wake"],
    &["environment"],
    &[
        "engine",
        "async_hook",
        "promise_hooks",
        "execution",
        "stats",
    ],
    &["resource", "future", "task", "env"],
    &["embedder", "thread", "traced_fn", "unwind_safe", "prelude"],
];

/// For tests alone, which look at everything.
const TESTS: [&str; 5] = [
    "models",
    "scenarios",
    "sync::explored",
    "sync::of_loom",
    "sync::of_shuttle",
];

/// Folders that are entered by their door: the modules of `frame` are private, since what its unsafe blocks rest on holds
/// within them alone, and those of `sync` stand in for one another.
const DOORS: [&str; 2] = ["frame", "sync"];

/// `frame::chain::node` of `frame/chain/node.rs`, `frame` of `frame/mod.rs`.
type Module = String;

struct Source {
    module: Module,
    is_folder: bool,
    items: File,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("ah-core/src");
    let mut files = Vec::new();
    walk(&root, &mut files);
    files.iter().map(|file| source(&root, file)).collect()
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the sources of ah-core are here") {
        let path = entry.expect("a folder can be listed").path();
        if path.is_dir() {
            walk(&path, files);
        } else {
            files.push(path);
        }
    }
}

fn source(root: &Path, file: &Path) -> Source {
    let text = fs::read_to_string(file).expect("a source is text");
    let inside = file.strip_prefix(root).expect("it was found there");
    let parts: Vec<_> = inside
        .with_extension("")
        .iter()
        .map(|part| part.to_string_lossy().into_owned())
        .collect();
    let is_folder = matches!(parts.last().map(String::as_str), Some("mod" | "lib"));
    let named = parts.len() - usize::from(is_folder);
    Source {
        module: parts[..named].join("::"),
        is_folder,
        items: syn::parse_file(&text).expect("a source that compiles"),
    }
}

fn is_within(module: &str, folder: &str) -> bool {
    module == folder || module.starts_with(&format!("{folder}::"))
}

fn is_test(module: &str) -> bool {
    TESTS.iter().any(|test| is_within(module, test)) || module.ends_with("models")
}

/// The floor of the most exact name in the table.
fn floor(module: &str) -> Option<usize> {
    let named = FLOORS.iter().enumerate().flat_map(|(floor, names)| {
        names
            .iter()
            .filter(|name| is_within(module, name))
            .map(move |name| (name.len(), floor))
    });
    named.max().map(|(_, floor)| floor)
}

/// Every path of this file that begins in this crate, from its root.
struct Paths<'a> {
    module: &'a str,
    is_folder: bool,
    found: BTreeSet<Vec<String>>,
    /// How many modules within the file surround the path.
    inline: usize,
    /// What names stand for that were imported.
    imported: BTreeMap<String, Vec<String>>,
}

impl Paths<'_> {
    /// The path from the crate's root, if it begins in this crate.
    fn rooted(&self, path: &[String]) -> Option<Vec<String>> {
        let mut here: Vec<String> = self.module.split("::").map(String::from).collect();
        if self.is_folder {
            here.push(String::new());
        }
        match path.first()?.as_str() {
            "crate" => Some(path[1..].to_vec()),
            "super" => {
                let ups = path.iter().take_while(|part| *part == "super").count();
                let ups_of_file = ups.checked_sub(self.inline).filter(|ups| *ups > 0)?;
                here.truncate(here.len().checked_sub(ups_of_file)?);
                here.extend_from_slice(&path[ups..]);
                Some(here)
            }
            name => {
                let before = self.imported.get(name)?;
                Some([before, &path[1..]].concat())
            }
        }
    }

    fn import(&mut self, name: &str, path: &[String]) {
        if let Some(path) = self.rooted(path) {
            self.imported.insert(name.to_owned(), path);
        }
        self.add(path);
    }

    fn add(&mut self, path: &[String]) {
        self.found.extend(self.rooted(path));
    }

    fn add_tree(&mut self, before: &[String], tree: &UseTree) {
        let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        match tree {
            UseTree::Path(path) => self.add_tree(&with(&path.ident), &path.tree),
            UseTree::Name(name) if name.ident == "self" => {
                let name = before.last().expect("`self` is in a group");
                self.import(name, before);
            }
            UseTree::Name(name) => self.import(&name.ident.to_string(), &with(&name.ident)),
            UseTree::Rename(name) => self.import(&name.rename.to_string(), &with(&name.ident)),
            UseTree::Glob(_) => self.add(before),
            UseTree::Group(group) => group
                .items
                .iter()
                .for_each(|tree| self.add_tree(before, tree)),
        }
    }
}

impl<'ast> Visit<'ast> for Paths<'_> {
    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.add_tree(&[], &item.tree);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let parts: Vec<_> = path
            .segments
            .iter()
            .map(|part| part.ident.to_string())
            .collect();
        if parts.len() > 1 {
            self.add(&parts);
        }
        visit::visit_path(self, path);
    }

    /// Who may see a thing is no arrow.
    fn visit_vis_restricted(&mut self, _: &'ast syn::VisRestricted) {}

    /// What tests import is their own affair.
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        let is_of_tests = item.attrs.iter().any(|attribute| match &attribute.meta {
            Meta::List(list) if list.path.is_ident("cfg") => {
                list.tokens.to_string().contains("test")
            }
            _ => false,
        });
        if !is_of_tests {
            self.inline += 1;
            visit::visit_item_mod(self, item);
            self.inline -= 1;
        }
    }
}

/// The file that a path leads to, and whether it names something in it.
fn target<'m>(modules: &BTreeMap<&'m str, bool>, path: &[String]) -> (&'m str, bool) {
    let known = (0..=path.len()).rev().find_map(|len| {
        modules
            .get_key_value(path[..len].join("::").as_str())
            .map(|(module, _)| (*module, len))
    });
    let (module, len) = known.expect("the crate's root is a module");
    (module, len < path.len())
}

#[test]
fn arrows_point_down() {
    let sources = sources();
    let modules: BTreeMap<&str, bool> = sources
        .iter()
        .map(|source| (source.module.as_str(), source.is_folder))
        .collect();
    let mut wrong = Vec::new();
    let mut arrows: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for source in sources
        .iter()
        .filter(|source| !is_test(&source.module) && !source.module.is_empty())
    {
        let from = source.module.as_str();
        let Some(own) = floor(from) else {
            wrong.push(format!("{from} is on no floor"));
            continue;
        };
        if source.is_folder {
            continue; // re-exports what is in it
        }
        let mut paths = Paths {
            module: from,
            is_folder: source.is_folder,
            found: BTreeSet::new(),
            inline: 0,
            imported: BTreeMap::new(),
        };
        paths.visit_file(&source.items);
        for path in &paths.found {
            let (to, names_something) = target(&modules, path);
            if to == from || is_test(to) {
                continue;
            }
            let shown = path.join("::");
            let is_door = DOORS.contains(&to) && !is_within(from, to);
            if modules[to] && names_something && !is_door && !is_macro(&sources, path) {
                wrong.push(format!(
                    "{from} imports {shown} from a file that does not define it"
                ));
            }
            if floor(to).is_some_and(|floor| floor > own) {
                wrong.push(format!("{from} imports {shown}, which is above it"));
            }
            if !modules[to] || is_door {
                arrows.entry(from).or_default().insert(to);
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let circle = circle(&arrows);
    assert!(circle.is_empty(), "a circle: {}", circle.join(" -> "));
}

/// Returns `true` if the name is that of a macro, which is at the crate's root wherever it is defined.
fn is_macro(sources: &[Source], path: &[String]) -> bool {
    let [name] = path else { return false };
    let defines = |item: &Item| matches!(item, Item::Macro(ItemMacro { ident: Some(ident), .. }) if ident == name);
    sources
        .iter()
        .any(|source| source.items.items.iter().any(defines))
}

/// Files that import one another, if there are any.
fn circle<'a>(arrows: &BTreeMap<&'a str, BTreeSet<&'a str>>) -> Vec<&'a str> {
    let mut open: BTreeMap<&str, BTreeSet<&str>> = arrows.clone();
    loop {
        let done: Vec<&str> = open
            .iter()
            .filter(|(_, to)| to.iter().all(|to| !open.contains_key(to)))
            .map(|(from, _)| *from)
            .collect();
        if done.is_empty() {
            break;
        }
        done.iter().for_each(|from| drop(open.remove(from)));
    }
    let mut way: Vec<&str> = Vec::new();
    let mut at = open.keys().next().copied();
    while let Some(from) = at {
        if let Some(begin) = way.iter().position(|seen| *seen == from) {
            way.push(from);
            return way.split_off(begin);
        }
        way.push(from);
        at = open[from].iter().find(|to| open.contains_key(*to)).copied();
    }
    way
}

#[test]
fn what_holds_a_folder_together_defines_nothing() {
    let defines = |item: &&Item| {
        !matches!(item, Item::Mod(module) if module.content.is_none())
            && !matches!(item, Item::Use(_))
    };
    let defining = sources()
        .into_iter()
        .filter(|source| source.is_folder)
        .filter_map(|source| {
            let defined = source
                .items
                .items
                .iter()
                .filter(|item| defines(item))
                .count();
            (defined > 0).then_some(source.module)
        });
    assert_eq!(defining.collect::<Vec<_>>(), Vec::<String>::new());
}
