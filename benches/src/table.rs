//! How results are shown.

use serde_json::{Value, json};

use crate::harness::Measured;

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
    } = row;
    let (peer, peer_ns) = match peer {
        Some((peer, ns)) => (*peer, format!("{ns:.2}")),
        None => ("", String::new()),
    };
    let ratio = optional(*ratio);
    let target = optional(*target);
    let met = match row.is_met() {
        Some(true) => "yes",
        Some(false) => "NO",
        None => "",
    };
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
            })
        })
        .collect()
}
