//! Where ids are lost with plain tokio, and which tier carries them: a program that runs, against `docs/guide/which_tier.md`.
//!
//! Each place is entered with an id, and says which id the work sees that it starts. A tier writes the place with its own
//! means: plain tokio, the spawns of `ah-tokio`, the runtime's hooks (the code is plain tokio's), or attributes and wrappers.

mod http;
mod places;
mod tiers;

use std::{fmt::Write, fs};

use places::PLACES;
use tiers::{ID, Tier};

const PAGE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../docs/guide/which_tier.md"
);
const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../README.md");
const HEAD: &str = "| where | plain tokio | (a) `ah-tokio` | (b) the runtime's hooks | (c) attributes, wrappers |\n|---|---|---|---|---|\n";

/// Whether the tier carries the id to this place. `None` if the program is built without what the tier needs.
fn carries(tier: Tier, place: &places::Place) -> Option<bool> {
    let runtime = tier.runtime()?;
    let seen = runtime.block_on(ID.scope(7, (place.run)(tier)));
    assert!(matches!(seen, None | Some(7)), "{}: {seen:?}", place.name);
    Some(seen.is_some())
}

/// The cells of a row, and those of the page where this build cannot tell.
fn row(place: &places::Place, of_the_page: &[&str]) -> String {
    let mut row = format!("| {} |", place.name);
    for (column, tier) in Tier::ALL.into_iter().enumerate() {
        let cell = match carries(tier, place) {
            Some(true) => "carried",
            Some(false) => "lost",
            None => of_the_page.get(column + 1).copied().unwrap_or("?"),
        };
        write!(row, " {cell} |").expect("a string takes all");
    }
    row + "\n"
}

fn cells(line: &str) -> Vec<&str> {
    let line = line.trim_matches('|');
    line.split('|').map(str::trim).collect()
}

#[test]
fn the_table_of_the_page_is_what_a_program_shows() {
    let page = fs::read_to_string(PAGE).expect("the page");
    let rows: Vec<_> = page
        .lines()
        .filter(|line| line.starts_with("| "))
        .map(cells)
        .collect();
    let mut table = HEAD.to_owned();
    for place in &PLACES {
        let of_the_page = rows.iter().find(|cells| cells[0] == place.name);
        table += &row(place, of_the_page.map_or(&[][..], |cells| cells));
    }
    assert_eq!(PLACES.len(), 17);
    assert!(
        page.contains(&table),
        "docs/guide/which_tier.md should have:\n{table}"
    );
}

/// What the table of the page says of a tier: the places that lose.
fn lost(page: &str, column: usize) -> Vec<&str> {
    let rows = page.lines().filter(|line| line.starts_with("| "));
    let rows = rows.map(cells).filter(|cells| cells.len() == 5);
    rows.filter(|cells| cells[column] == "lost")
        .map(|cells| cells[0])
        .collect()
}

#[test]
fn the_readme_says_of_each_tier_what_it_loses() {
    let page = fs::read_to_string(PAGE).expect("the page");
    let readme = fs::read_to_string(README).expect("the README");
    let all = lost(&page, 1).len();
    assert_eq!(all, PLACES.len());
    let tiers: Vec<_> = HEAD.lines().next().map(cells).expect("a head");
    for (column, tier) in tiers.iter().enumerate().skip(1) {
        let loses = match column {
            1 => format!("each of the {all} places"),
            _ => lost(&page, column).join("; "),
        };
        let said = readme
            .lines()
            .map(cells)
            .find(|cells| cells[0] == *tier)
            .unwrap_or_else(|| panic!("README.md has no row for {tier}"));
        assert_eq!(said[2], loses, "README.md, {tier}");
    }
}
