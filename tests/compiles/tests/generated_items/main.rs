//! Hundreds of generated items: what the attributes make of valid ones compiles, with all warnings denied, and behaves as
//! without the attributes.

mod compare;

use std::{fmt::Write as _, fs, path::Path};

/// A way to write one part of an item.
type Part = &'static str;

const MODIFIERS: [Part; 3] = ["", "async", "unsafe"];
const GENERICS: [(Part, Part); 4] = [
    ("", ""),
    ("<T: Clone + Send>", ""),
    ("<T, const N: usize>", "where T: Clone + Send"),
    ("<'a, T: Clone + Send + 'a>", ""),
];
const RECEIVERS: [Part; 4] = ["", "&self, ", "&mut self, ", "self, "];
const ARGUMENTS: [(Part, Part); 4] = [
    ("", "7"),
    ("number: u32", "number"),
    ("(a, b): (u32, u32)", "a + b"),
    ("mut list: Vec<u32>", "{ list.push(7); list[0] }"),
];
const RESULTS: [(Part, Part); 3] = [
    ("u32", "VALUE"),
    (
        "Result<u32, std::num::ParseIntError>",
        "{ let seven: u32 = \"7\".parse()?; Ok(seven + VALUE) }",
    ),
    ("Box<dyn std::fmt::Display + Send>", "Box::new(VALUE)"),
];
const OPTIONS: [Part; 3] = [
    "",
    "(name = \"NAME\")",
    "(trigger = ::async_hooks::AsyncId::ROOT)",
];

/// One function for each combination, so that together every part meets every other one.
fn functions(attribute: &str, receivers: &[Part]) -> String {
    let mut code = String::new();
    let mut number = 0;
    for modifier in MODIFIERS {
        for (generics, bounds) in GENERICS {
            for receiver in receivers {
                for (arguments, value) in ARGUMENTS {
                    for (result, body) in RESULTS {
                        let option = if attribute.is_empty() {
                            ""
                        } else {
                            OPTIONS[number % OPTIONS.len()]
                        };
                        let body = body.replace("VALUE", value);
                        let _written = writeln!(
                            code,
                            "{attribute}{option}{end} pub {modifier} fn f{number}{generics}({receiver}{arguments}) -> {result} {bounds} {{ {body} }}",
                            end = if attribute.is_empty() { "" } else { "]" },
                        );
                        number += 1;
                    }
                }
            }
        }
    }
    code
}

/// Structs of all shapes, each with a block that makes and uses it.
fn structs() -> String {
    let shapes = [
        ("", "", "{ pub sql: String }", "Self { sql: String::new() }"),
        ("", "", "(pub u32);", "Self(7)"),
        ("", "", ";", "Self"),
        (
            "<T: Default + Clone>",
            "<T>",
            "{ pub value: T }",
            "Self { value: T::default() }",
        ),
        (
            "<T: Default + Clone, const N: usize>",
            "<T, N>",
            "(pub [Vec<T>; N]);",
            "Self([const { Vec::new() }; N])",
        ),
    ];
    let derives = [
        "",
        "#[derive(Clone)]",
        "#[derive(Debug)]",
        "#[derive(Clone, Debug)]",
    ];
    let mut code = String::new();
    for (number, (generics, names, fields, made)) in shapes.iter().enumerate() {
        for (kind, derive) in derives.iter().enumerate() {
            let _written = writeln!(
                code,
                "#[::async_hooks::async_resource(\"TYPE\")] {derive} pub struct S{number}x{kind}{generics} {fields}
                 #[::async_hooks::async_resource] impl{generics} S{number}x{kind}{names} {{
                     #[must_use] pub fn make() -> Self {{ {made} }}
                     pub fn count(&self) -> usize {{ size_of_val(self) }}
                     pub async fn wait(&mut self, turns: u32) -> u32 {{ ::std::future::ready(turns).await }}
                     pub fn end(self) {{}}
                 }}"
            );
        }
    }
    code
}

#[test]
fn what_is_made_of_valid_items_compiles() {
    let methods = functions("#[::async_hooks::traced", &RECEIVERS[1..]);
    let plain = functions("#[::async_hooks::traced", &RECEIVERS[..1]);
    let scoped = functions("", &RECEIVERS[1..]);
    let code = format!(
        "#![deny(warnings)]\n#![allow(unused_mut, reason = \"not every argument is changed\")]\n
         pub mod functions {{ {plain} }}
         pub struct Methods; impl Methods {{ {methods} }}
         #[::async_hooks::async_resource(\"SCOPED\")] pub struct Scoped {{ pub id: u32 }}
         #[::async_hooks::async_resource] impl Scoped {{ {scoped} }}
         pub mod structs {{ {} }}
         fn main() {{}}",
        structs()
    );
    assert!(code.matches(" fn f").count() >= 1_000);
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("generated_items.rs");
    fs::write(&file, code).expect("the target directory can be written to");
    trybuild::TestCases::new().pass(file);
}
