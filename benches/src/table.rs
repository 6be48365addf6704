//! How results are shown.

use serde_json::{Value, json};

use crate::harness::{JudgedBy, Measured};

/// What stands above the lines.
pub const HEAD: &str = "name                                    ours ns  peer                                       peer ns   ratio  target  met";

/// A line of the table.
pub fn line(row: &Measured) -> String {
    let Measured {
        name,
        ours_ns,
        peer,
        ratio,
        target,
        judged_by,
    } = row;
    let (peer, peer_ns) = match peer {
        Some((peer, ns)) => (*peer, format!("{ns:.2}")),
        None => ("", String::new()),
    };
    let ratio = optional(*ratio);
    let met = match (row.is_met(), judged_by) {
        (Some(true), _) => "yes",
        (Some(false), _) => "NO",
        (None, JudgedBy::Instructions) if target.is_some() => "by instructions",
        (None, _) => "",
    };
    let target = optional(*target);
    format!("{name:<36} {ours_ns:>10.2}  {peer:<38} {peer_ns:>11}  {ratio:>6}  {target:>6}  {met}")
        .trim_end()
        .into()
}

fn optional(number: Option<f64>) -> String {
    number.map_or(String::new(), |number| format!("{number:.2}"))
}

/// The same for scripts.
pub fn json(rows: &[Measured]) -> Value {
    rows.iter()
        .map(|row| {
            json!({
                "name": row.name,
                "ours_ns": row.ours_ns,
                "peer": row.peer.map(|(peer, _)| peer),
                "peer_ns": row.peer.map(|(_, ns)| ns),
                "ratio": row.ratio,
                "target": row.target,
                "judged_by": match row.judged_by {
                    JudgedBy::Time => "time",
                    JudgedBy::Instructions => "instructions",
                },
            })
        })
        .collect()
}
