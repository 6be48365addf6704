//! What commands do.

use std::{
    io::{IsTerminal as _, stdout},
    process::ExitCode,
};

use crate::{
    args::{Command, View},
    client::ask,
    export,
    failure::{Failure, print},
    help, list, picture, record, watch,
};

/// What `ah lost --check` ends with if a context was lost.
const LOST: u8 = 4;

pub(crate) fn run(command: Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Help => print(help::TEXT.as_bytes())?,
        Command::Version => print(concat!("ah ", env!("CARGO_PKG_VERSION"), "\n").as_bytes())?,
        Command::List => list::run()?,
        Command::Record(record) => record::run(&record)?,
        Command::Picture(picture) => picture::run(&picture)?,
        Command::Export(export) => export::run(&export)?,
        Command::View(view) => return run_view(&view),
    }
    Ok(ExitCode::SUCCESS)
}

fn run_view(view: &View) -> Result<ExitCode, Failure> {
    if view.watch.is_some() {
        watch::run(view)?;
        return Ok(ExitCode::SUCCESS);
    }
    print(&ask(view.process, &view.request())?)?;
    if !view.is_check {
        return Ok(ExitCode::SUCCESS);
    }
    let losses = ask(view.process, "lost json")?;
    let is_lost = losses != b"{\"lost\":[]}\n";
    Ok(if is_lost {
        ExitCode::from(LOST)
    } else {
        ExitCode::SUCCESS
    })
}

impl View {
    pub(crate) fn request(&self) -> String {
        let id = self.id.map(|id| format!(" {id}")).unwrap_or_default();
        let json = if self.is_json { " json" } else { "" };
        format!("{}{id}{json} columns={}", self.name, columns())
    }
}

/// How wide the terminal is; 80 if it is none.
pub(crate) fn columns() -> u16 {
    let out = stdout();
    let size = out
        .is_terminal()
        .then(|| rustix::termios::tcgetwinsize(&out).ok())
        .flatten();
    size.map(|size| size.ws_col)
        .filter(|columns| *columns > 0)
        .unwrap_or(80)
}
