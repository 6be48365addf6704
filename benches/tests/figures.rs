//! The figures that other pages show are those of the table in `docs/guide/performance.md`.

use std::{collections::BTreeMap, fs, path::Path};

/// What a row of the table says: our nanoseconds, and those of the peer.
struct Figures {
    ours: f64,
    peer: Option<f64>,
}

fn page(name: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    fs::read_to_string(root.join(name)).expect("a page of the repository")
}

/// The lines between `name … ours ns` and the end of the block. A name has no space, and a peer has no two in a row.
fn table() -> BTreeMap<String, Figures> {
    let page = page("docs/guide/performance.md");
    let (_, table) = page.split_once("ours ns").expect("the table is there");
    let (table, _) = table.split_once("```").expect("the table ends");
    table.lines().skip(1).map(row).collect()
}

fn row(line: &str) -> (String, Figures) {
    let mut columns = line
        .split("  ")
        .map(str::trim)
        .filter(|column| !column.is_empty());
    let name = columns.next().expect("a name").to_owned();
    let ours = columns
        .next()
        .and_then(|ns| ns.parse().ok())
        .expect("our figure");
    let peer = columns.nth(1).and_then(|ns| ns.parse().ok());
    (name, Figures { ours, peer })
}

/// To two digits: what is behind them differs from run to run.
fn shown(ns: f64) -> String {
    if ns < 10.0 {
        format!("{ns:.1}")
    } else {
        format!("{ns:.0}")
    }
}

#[test]
fn the_comparison_of_the_guide_is_that_of_the_table() {
    let table = table();
    let figures = |name: &str| table.get(name).unwrap_or_else(|| panic!("no row {name}"));
    let ours = |name: &str| shown(figures(name).ours);
    let peer = |name: &str| {
        shown(
            figures(name)
                .peer
                .unwrap_or_else(|| panic!("{name} has no peer")),
        )
    };
    let expected = format!(
        "| ns a read / a poll | {} / {} | {} / {} | none / {} disabled, {} with a bare registry | {} / {} | {} / not measured |",
        ours("read_1"),
        ours("poll_scope"),
        peer("read_1"),
        peer("poll_scope"),
        peer("poll_traced_off"),
        peer("poll_traced_counting"),
        peer("read_1_vs_opentelemetry"),
        peer("poll_scope_vs_opentelemetry"),
        peer("read_1_vs_node"),
    );
    let comparison = page("docs/guide/migration.md");
    assert!(
        comparison.contains(&expected),
        "docs/guide/migration.md should say\n{expected}"
    );
}

#[test]
fn each_row_of_the_table_is_understood() {
    let table = table();
    assert!(table.len() > 50, "{} rows", table.len());
    let run = &table["run_1"];
    assert!(run.ours > 0.0 && run.peer.is_some_and(|ns| ns > 0.0));
}
