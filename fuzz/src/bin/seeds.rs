//! Writes the first corpus: every use of an attribute in the repository's tests and snapshots, the conformance vectors,
//! values that Node has written, and the examples of headers in their specifications.
//!
//! They are looked for as tokens, since some of them are there because they do not parse.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Where uses are looked for, in files with these endings.
const SOURCES: &[(&str, &str)] = &[
    ("tests/expansions", "txt"),
    ("ah-macros/snapshots", "in.rs"),
    ("tests/ui", "rs"),
    ("tests/traced", "rs"),
    ("tests/async_resource", "rs"),
];

/// The names of attributes, and the targets that are about them.
const TARGETS: &[(&str, &[&str])] = &[
    ("traced", &["traced"]),
    (
        "async_resource",
        &["async_resource", "async_resource_field"],
    ),
    ("tests_and_mains", &["test", "main"]),
];

/// Fields of headers, and the targets that read them.
const HEADERS: &[(&str, &[&str])] = &[
    (
        "w3c_traceparent",
        &[
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03-more",
        ],
    ),
    (
        "w3c_tracestate",
        &[
            "rojo=00f067aa0ba902b7, congo=t61rcWkgMzE",
            "a@b=1\n,,c/d= 2",
        ],
    ),
    (
        "w3c_baggage",
        &[
            "key1=value1;property1;property2, key2 = value2, key3=value3; propertyKey=propertyValue",
            "userId=Am%C3%A9lie\nserverNode=DF%2028,isProduction=false",
        ],
    ),
];

/// Contexts in JSON and in baggage.
const CONTEXTS: &[&str] = &[
    r#"{"i":7,"t":"acme","m":null,"x":[{}],"f":0.5}"#,
    r#"{"u":{"id":-1,"name":null,"roles":["Admin",{"Of":"a"},{"Both":[1,2]},{"Until":{"year":1}}],"pair":[true,"é"],"by_number":{"7":[1]}}}"#,
    r#"{"r":{"Within":{"Within":"Admin"}},"m":"a"}"#,
    "i=7,t=Am%C3%A9lie,r=Admin,m=null",
    "r=%7B%22Of%22%3A%22a%22%7D;p=1, u=%7B%7D, f=1e3",
];

fn main() -> io::Result<()> {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (target, values) in HEADERS {
        let values = values.iter().map(|value| (*value).to_owned());
        write(&fuzz.join("corpus").join(target), values)?;
    }
    write(&fuzz.join("corpus/portable"), CONTEXTS)?;
    let root = fuzz.join("..");
    let mut files = Vec::new();
    for (directory, ending) in SOURCES {
        find(&root.join(directory), ending, &mut files)?;
    }
    for (target, names) in TARGETS {
        let mut uses = BTreeSet::new();
        for file in &files {
            let text = fs::read_to_string(file)?;
            // an expansion's first line is its input, as a comment
            let text = text
                .strip_prefix("// ")
                .map_or(&*text, |text| text.lines().next().unwrap_or_default());
            if let Ok(tokens) = text.parse() {
                collect(tokens, names, &mut uses);
            }
        }
        write(&fuzz.join("corpus").join(target), uses)?;
    }
    let vectors = fs::read_to_string(root.join("tests/conformance/vectors/sync.jsonl"))?;
    let programs = vectors.lines().filter(|line| line.len() < 4000).take(60);
    write(&fuzz.join("corpus/programs"), programs.map(str::to_owned))?;
    let values = fs::read_to_string(root.join("integrations/ah-v8/tests/vectors/values.txt"))?;
    let values = values.lines().filter(|line| !line.starts_with('#'));
    write(&fuzz.join("corpus/v8"), values.map(bytes))
}

/// The bytes that a line begins with, in hex.
fn bytes(line: &str) -> Vec<u8> {
    let digits = line
        .bytes()
        .map_while(|digit| char::from(digit).to_digit(16));
    let digits: Vec<_> = digits.collect();
    let pairs = digits.chunks_exact(2);
    pairs.map(|pair| (pair[0] * 16 + pair[1]) as u8).collect()
}

fn find(directory: &Path, ending: &str, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            find(&path, ending, files)?;
        } else if path.to_str().is_some_and(|path| path.ends_with(ending)) {
            files.push(path);
        }
    }
    Ok(())
}

/// Takes each attribute with one of these names, up to the end of its item.
fn collect(tokens: TokenStream, names: &[&str], uses: &mut BTreeSet<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        let TokenTree::Group(group) = token else {
            continue;
        };
        if group.delimiter() == Delimiter::Bracket && at > 0 && is_one(group.stream(), names) {
            let end = tokens[at + 1..].iter().position(ends_an_item);
            let item = &tokens[at - 1..end.map_or(tokens.len(), |end| at + 2 + end)];
            uses.insert(item.iter().cloned().collect::<TokenStream>().to_string());
        }
        collect(group.stream(), names, uses);
    }
}

/// Returns `true` if it is `path::to::name` or `path::to::name(…)`.
fn is_one(attribute: TokenStream, names: &[&str]) -> bool {
    let path = attribute
        .into_iter()
        .take_while(|token| !matches!(token, TokenTree::Group(_)));
    let last = path.last();
    matches!(last, Some(TokenTree::Ident(last)) if names.iter().any(|name| last == name))
}

fn ends_an_item(token: &TokenTree) -> bool {
    match token {
        TokenTree::Punct(punct) => punct.as_char() == ';',
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        _ => false,
    }
}

fn write(directory: &Path, seeds: impl IntoIterator<Item = impl AsRef<[u8]>>) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    for (number, seed) in seeds.into_iter().enumerate() {
        fs::write(directory.join(format!("seed_{number:04}")), seed)?;
    }
    Ok(())
}
