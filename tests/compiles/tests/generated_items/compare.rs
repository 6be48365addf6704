//! Each item with and without the attributes: the same drops in the same order, the same places of panics, the same auto
//! traits, and the same lints of the compiler; and none of clippy's, of whatever group, that is not there without them.
//! (Some of clippy's are silent about a function whose body has moved, as `needless_pass_by_value`.)
//!
//! A program is written, run and looked at by clippy. Its module `plain` has the items as they are, `traced` and `scoped`
//! the same items at the same lines and columns, with an attribute on a line of its own.

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// What runs in the program beside the items.
const SUPPORT: &str = include_str!("support.rs.txt");

/// Parameters: how they are declared, what is passed.
const PARAMS: [(&str, &str); 5] = [
    ("a: D, _b: D, c: D", "D(\"a\"), D(\"b\"), D(\"c\")"),
    (
        "(a, _): (D, D), mut c: D",
        "(D(\"a\"), D(\"a1\")), D(\"c\")",
    ),
    (
        "ref a: D, _: D, Pair { x: c, .. }: Pair",
        "D(\"a\"), D(\"b\"), pair()",
    ),
    (
        "#[allow(unused_variables)] b: D, c: D, #[expect(unused_variables)] e: u8, a: D",
        "D(\"b\"), D(\"c\"), 1, D(\"a\")",
    ),
    ("c @ D(_): D, a: D", "D(\"c\"), D(\"a\")"),
];

/// What a function does and returns; `MUT` for those that have a `mut c`.
const BODIES: [(&str, &str); 9] = [
    ("usize", "RETURN(a.one() + c.one())"),
    (
        "usize",
        "let _local = D(\"local\"); if a.one() == 1 { return RETURN(c.one()); } RETURN(2)",
    ),
    (
        "usize",
        "let _local = D(\"local\"); RETURN(a.temporary(\"t\").one() + c.one())",
    ),
    (
        "usize",
        "let none: Option<usize> = None; let n = none.unwrap(); RETURN(n + a.one() + c.one())",
    ),
    (
        "usize",
        "assert_eq!(a.one(), 2, \"on purpose\"); RETURN(c.one())",
    ),
    ("Result<usize, Error>", "RETURN(Ok(a.one() + c.one()))"),
    (
        "Result<usize, Error>",
        "if a.one() == 1 { let _local = D(\"local\"); return RETURN(Err(Error(c.one()))); } RETURN(Ok(1))",
    ),
    (
        "Box<dyn std::fmt::Display + Send>",
        "RETURN(Box::new(a.one() + c.one()))",
    ),
    (
        "Option<usize>",
        "for n in 0..3_usize { if n == c.one() { return RETURN(Some(n)); } } RETURN(a.one().checked_sub(1))",
    ),
];

/// Bodies with a `?`, for functions that do not return a future.
const TRIES: [(&str, &str); 4] = [
    (
        "Result<usize, Error>",
        "let n: usize = \"7\".parse::<usize>()?; Ok(n + a.one() + c.one())",
    ),
    (
        "Result<usize, Error>",
        "let _local = D(\"local\"); let n = \"x\".parse::<usize>()?; Ok(n + a.one() + c.one())",
    ),
    (
        "Result<usize, Box<dyn std::error::Error + Send + Sync>>",
        "if c.one() == 1 { \"y\".parse::<usize>()?; } Ok(a.one())",
    ),
    (
        "Option<usize>",
        "let n = a.one().checked_sub(c.one() + 1)?; Some(n)",
    ),
];

/// What a function is: what stands before `fn`, what it returns, how a value is returned.
const KINDS: [(&str, &str, &str); 8] = [
    ("", "OUTPUT", "VALUE"),
    ("async", "OUTPUT", "VALUE"),
    (
        "",
        "impl Future<Output = OUTPUT> + Send",
        "ready::<OUTPUT>(VALUE)",
    ),
    (
        "",
        "Pin<Box<dyn Future<Output = OUTPUT> + Send>>",
        "Box::pin({ let value: OUTPUT = VALUE; async move { value } })",
    ),
    (
        "",
        "Reply<OUTPUT>",
        "Box::pin({ let value: OUTPUT = VALUE; async move { value } })",
    ),
    (
        "",
        "Box<dyn Future<Output = OUTPUT> + Send + Unpin>",
        "Box::new(ready::<OUTPUT>(VALUE))",
    ),
    ("", "Answer<OUTPUT>", "VALUE"),
    (
        "",
        "impl Stream<Item = OUTPUT> + Send",
        "stream::once(ready::<OUTPUT>(VALUE))",
    ),
];

const RECEIVERS: [(&str, &str); 4] = [
    ("", ""),
    ("&self, ", "&owner"),
    ("&mut self, ", "&mut owner"),
    ("self, ", "owner"),
];

/// One function, and how it is called.
struct Item {
    attribute: String,
    code: String,
    call: String,
    /// Whether it is a method.
    has_self: bool,
}

fn items() -> Vec<Item> {
    let mut items = Vec::new();
    for (kind, (modifier, output, value)) in KINDS.into_iter().enumerate() {
        for (receiver, owner) in RECEIVERS {
            for (params, arguments) in PARAMS {
                let tries = TRIES.iter().filter(|_| kind < 2);
                let bodies = BODIES.iter().chain(tries).enumerate();
                // two of three, others each time
                let start = items.len();
                for (_, (ty, body)) in bodies.filter(|(index, _)| (index + start) % 3 != 0) {
                    let number = items.len();
                    let name = format!("f{number}");
                    let output = output.replace("OUTPUT", ty);
                    let body = returning(body, &value.replace("OUTPUT", ty));
                    let track = if modifier.is_empty() && number % 2 == 1 {
                        "#[track_caller]"
                    } else {
                        ""
                    };
                    let must_use = if number % 7 == 0 { "#[must_use]" } else { "" };
                    items.push(Item {
                        attribute: format!("traced{}", options(number, kind, ty)),
                        code: format!(
                            "{track} {must_use} pub {modifier} fn {name}({receiver}{params}) -> {output} {{ {body} }}"
                        ),
                        call: if owner.is_empty() {
                            format!("{{}} MODULE::{name}({arguments})")
                        } else {
                            format!("{{ let mut owner = MODULE::owner(); }} MODULE::Owner::{name}({owner}, {arguments})")
                        },
                        has_self: !receiver.is_empty(),
                    });
                }
            }
        }
    }
    items
}

/// The body with what it returns, which stands between `RETURN` and its parenthesis.
fn returning(body: &str, value: &str) -> String {
    let mut code = String::new();
    let mut rest = body;
    while let Some((before, after)) = rest.split_once("RETURN(") {
        let mut depth = 1;
        let end = after.find(|character| {
            depth += match character {
                '(' => 1,
                ')' => -1,
                _ => 0,
            };
            depth == 0
        });
        let (inside, after) = after.split_at(end.expect("a parenthesis"));
        code += before;
        code += &value.replace("VALUE", inside);
        rest = &after[1..];
    }
    code + rest
}

fn options(number: usize, kind: usize, ty: &str) -> &'static str {
    let is_result = ty.starts_with("Result");
    match number % 5 {
        1 if kind != 7 && !ty.starts_with("Box") => "(ret)",
        2 if is_result && kind != 7 => "(err)",
        3 if is_result && kind != 7 => "(err, ret)",
        4 => "(name = \"NAME\", trigger = async_hooks::AsyncId::ROOT)",
        _ => "",
    }
}

/// The module with its items, each at the same place in all modules.
fn module(attribute: impl Fn(&Item) -> String, block: &str, structure: &str) -> String {
    let mut code = String::from("use crate::support::*;\n");
    let items = items();
    for item in items.iter().filter(|item| !item.has_self) {
        let _written = writeln!(code, "{}\n{}", attribute(item), item.code);
    }
    let _written = writeln!(
        code,
        "{structure}\npub struct Owner {{ pub held: D }}\n{block}\nimpl Owner {{\n pub fn new() -> Self {{ Self {{ held: D(\"held\") }} }}"
    );
    for item in items.iter().filter(|item| item.has_self) {
        let _written = writeln!(code, "{}\n{}", attribute(item), item.code);
    }
    code + "}\npub fn owner() -> Owner { Owner::new() }\n"
}

fn main_file(items: &[Item]) -> String {
    let mut code =
        String::from("mod plain;\nmod scoped;\nmod support;\nmod traced;\nuse support::*;\n");
    for (number, item) in items.iter().enumerate() {
        let calls = ["plain", "traced", "scoped"].map(|module| item.call.replace("MODULE", module));
        let _written = writeln!(
            code,
            "fn f{number}() {{ compare!({number}; {}; {}; {}); }}",
            calls[0], calls[1], calls[2]
        );
    }
    code += "fn main() {\n    quiet();\n";
    for number in 0..items.len() {
        let _written = writeln!(code, "    f{number}();");
    }
    let _written = writeln!(
        code,
        "    println!(\"{{}} compared\", {});\n}}",
        items.len()
    );
    code
}

/// Writes the program, as a package of its own that shares what is locked here.
fn write_program() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compared_items");
    let source = directory.join("src");
    fs::create_dir_all(&source).expect("the target directory can be written to");
    let write = |path: PathBuf, text: &str| {
        if fs::read_to_string(&path).ok().as_deref() != Some(text) {
            fs::write(path, text).expect("the target directory can be written to");
        }
    };
    let manifest = format!(
        "[package]\nname = \"compared-items\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n[workspace]\n[dependencies]\nasync-hooks = {{ path = {root:?} }}\nfutures = \"0.3.31\"\n"
    );
    write(directory.join("Cargo.toml"), &manifest);
    let lock = fs::read_to_string(root.join("Cargo.lock")).expect("Cargo.lock");
    if !directory.join("Cargo.lock").exists() {
        write(directory.join("Cargo.lock"), &lock);
    }
    write(source.join("support.rs"), SUPPORT);
    let plain = module(|_| String::new(), "", "");
    let traced = module(|item| format!("#[async_hooks::{}]", item.attribute), "", "");
    let scoped = module(
        |_| String::new(),
        "#[async_hooks::async_resource]",
        "#[async_hooks::async_resource(\"OWNER\")]",
    );
    write(source.join("plain.rs"), &plain);
    write(source.join("traced.rs"), &traced);
    write(source.join("scoped.rs"), &scoped);
    write(source.join("main.rs"), &main_file(&items()));
    directory
}

fn cargo(directory: &Path, arguments: &[&str]) -> std::process::Output {
    Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(directory)
        .env(
            "CARGO_TARGET_DIR",
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(".."),
        )
        .env_remove("RUSTFLAGS")
        .output()
        .expect("cargo runs")
}

/// The lints of a module: which, and where.
fn lints(messages: &str, module: &str) -> BTreeSet<(String, u64, u64)> {
    let mut lints = BTreeSet::new();
    for line in messages.lines() {
        let Ok(message) = serde_json::from_str::<serde_json::Value>(line) else {
            continue;
        };
        let message = &message["message"];
        let (Some(code), Some(spans)) = (
            message["code"]["code"].as_str(),
            message["spans"].as_array(),
        ) else {
            continue;
        };
        for span in spans.iter().filter(|span| span["is_primary"] == true) {
            if span["file_name"] == format!("src/{module}.rs") {
                let number = |name: &str| span[name].as_u64().unwrap_or(0);
                lints.insert((
                    code.to_owned(),
                    number("line_start"),
                    number("column_start"),
                ));
            }
        }
    }
    lints
}

/// What one has and the other has not.
fn beyond<'a, T: Ord>(one: &'a BTreeSet<T>, other: &BTreeSet<T>) -> Vec<&'a T> {
    one.iter().filter(|lint| !other.contains(lint)).collect()
}

#[test]
fn an_item_is_with_attributes_what_it_is_without() {
    assert!(items().len() >= 1_000);
    let directory = write_program();
    let run = cargo(&directory, &["run", "--quiet"]);
    let (output, errors) = (
        String::from_utf8_lossy(&run.stdout),
        String::from_utf8_lossy(&run.stderr),
    );
    assert!(run.status.success(), "{errors}");
    let differs = &output[..output.len().min(4_000)];
    assert!(
        output == format!("{} compared\n", items().len()),
        "{differs}"
    );

    let groups =
        ["restriction", "pedantic", "nursery", "all"].map(|group| format!("clippy::{group}"));
    let mut arguments = vec!["clippy", "--quiet", "--message-format=json", "--"];
    for group in &groups {
        arguments.extend(["-W", group.as_str()]);
    }
    let clippy = cargo(&directory, &arguments);
    let messages = String::from_utf8_lossy(&clippy.stdout);
    let plain = lints(&messages, "plain");
    assert!(plain.len() > 1_000, "clippy looked at nothing");
    for module in ["traced", "scoped"] {
        let with = lints(&messages, module);
        let (more, mut fewer) = (beyond(&with, &plain), beyond(&plain, &with));
        fewer.retain(|(lint, ..)| !lint.starts_with("clippy::"));
        assert!(
            more.is_empty(),
            "only with the attributes, in {module}: {:?}",
            &more[..more.len().min(50)]
        );
        assert!(
            fewer.is_empty(),
            "only without the attributes, for {module}: {:?}",
            &fewer[..fewer.len().min(50)]
        );
    }
}
