//! Checks every line against the request that it belongs to.

use std::collections::HashMap;

use crate::{client::Load, log::Line, server::LINES_OF_A_REQUEST};

#[derive(Default)]
pub(crate) struct Report {
    pub(crate) lines: usize,
    pub(crate) wrong: usize,
    pub(crate) without_id: usize,
    pub(crate) missing: usize,
}

impl Report {
    pub(crate) fn is_good(&self) -> bool {
        self.lines > 0 && self.wrong == 0 && self.without_id == 0 && self.missing == 0
    }
}

/// The messages name their request by number; the client knows which id that number has.
pub(crate) fn check(lines: &[Line], load: &Load) -> Report {
    let mut report = Report {
        lines: lines.len(),
        ..Report::default()
    };
    let mut seen: HashMap<(usize, &str), usize> = HashMap::new();
    for line in lines {
        let (number, what) = parse(&line.message);
        *seen.entry((number, what)).or_default() += 1;
        match &line.id {
            None => report.without_id += 1,
            Some(id) if load.served.get(&number).is_none_or(|right| **right != **id) => {
                report.wrong += 1
            }
            Some(_) => (),
        }
    }
    let expected = load
        .served
        .keys()
        .flat_map(|number| LINES_OF_A_REQUEST.map(|what| (*number, what)));
    report.missing = expected.filter(|line| seen.get(line) != Some(&1)).count();
    report
}

fn parse(message: &str) -> (usize, &str) {
    let parsed = message
        .strip_prefix("work ")
        .and_then(|rest| rest.split_once(": "));
    let (number, what) = parsed.unwrap_or_else(|| panic!("not a line of ours: {message:?}"));
    (
        number
            .parse()
            .unwrap_or_else(|_| panic!("not a line of ours: {message:?}")),
        what,
    )
}
