//! A view again and again, until the process ends.

use std::{
    io::{IsTerminal as _, stdout},
    thread,
    time::Duration,
};

use crate::{
    args::View,
    client::ask,
    failure::{Failure, print},
};

pub(crate) fn run(view: &View) -> Result<(), Failure> {
    let pause = view.watch.unwrap_or(Duration::from_secs(1));
    let mut is_first = true;
    loop {
        let shown = match ask(view.process, &view.request()) {
            Ok(shown) => shown,
            Err(Failure::NotServed(_)) if !is_first => return Ok(()), // it has ended
            Err(failure) => return Err(failure),
        };
        print(lead(view, is_first).as_bytes())?;
        print(&shown)?;
        is_first = false;
        thread::sleep(pause);
    }
}

/// What comes before a view: the terminal is cleared, and elsewhere there is a line between two.
fn lead(view: &View, is_first: bool) -> &'static str {
    if view.is_json {
        return ""; // a value a line
    }
    match (stdout().is_terminal(), is_first) {
        (true, _) => "\x1b[H\x1b[2J",
        (false, true) => "",
        (false, false) => "\n",
    }
}
