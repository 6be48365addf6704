//! Requests, and what is answered.

use super::PROTOCOL;
use crate::{
    json::Json,
    recorder::{self, Recorder},
    text::clean,
    view::{COLUMNS, Snapshot, View},
};

/// Why a request is refused, in a sentence.
type Refused = String;

struct Request<'a> {
    command: &'a str,
    id: Option<u64>,
    view: View,
}

pub(super) fn answer(line: &[u8]) -> Result<Vec<u8>, Refused> {
    let line = std::str::from_utf8(line).map_err(|_| "a request is text in UTF-8".to_owned())?;
    let request = Request::parse(line)?;
    if request.command == "record" {
        return record();
    }
    request.text().map(String::into_bytes)
}

fn record() -> Result<Vec<u8>, Refused> {
    let recorder = Recorder::attach()
        .ok_or("nothing is recorded: call `ah_inspect::Recorder::start` in the program")?;
    Ok(recorder.take().to_bytes())
}

impl<'a> Request<'a> {
    fn parse(line: &'a str) -> Result<Self, Refused> {
        let mut words = line.split_ascii_whitespace();
        let version = words.next().unwrap_or_default();
        if version != PROTOCOL {
            return Err(format!(
                "this process speaks {PROTOCOL}: use the `ah` of its version"
            ));
        }
        let mut request = Request {
            command: words
                .next()
                .ok_or("which view? ps, pstree, why, lost, stats, record or hello")?,
            id: None,
            view: View {
                columns: COLUMNS,
                is_json: false,
            },
        };
        words.try_for_each(|word| request.add(word))?;
        Ok(request)
    }

    fn add(&mut self, word: &str) -> Result<(), Refused> {
        if word == "json" {
            self.view.is_json = true;
        } else if let Some(columns) = word.strip_prefix("columns=") {
            let columns: usize = columns
                .parse()
                .map_err(|_| "columns is a number".to_owned())?;
            self.view.columns = columns.clamp(40, 1_000);
        } else {
            let id = word
                .parse()
                .map_err(|_| format!("`{}` is no id: ids are numbers", clean(word, 40)))?;
            self.id = Some(id);
        }
        Ok(())
    }

    fn text(&self) -> Result<String, Refused> {
        Ok(match self.command {
            "ps" => self.view.ps(),
            "pstree" => self.view.pstree(),
            "lost" => self.view.lost(),
            "stats" => self.view.stats(),
            "hello" => hello(),
            "why" => {
                let id = self.id.ok_or("whose? write `why ID`")?;
                return self.view.why(id).map_err(|not_alive| not_alive.to_string());
            }
            other => {
                let other = clean(other, 40);
                return Err(format!(
                    "`{other}` is no view: ps, pstree, why, lost, stats, record or hello"
                ));
            }
        })
    }
}

/// Who serves.
fn hello() -> String {
    let snapshot = Snapshot::take();
    let program = std::env::args_os().next().unwrap_or_default();
    let program = std::path::Path::new(&program)
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let mut json = Json::default();
    json.object(|json| {
        json.key("pid").number(std::process::id().into());
        json.key("program").string(&clean(&program, 60));
        json.key("version").string(env!("CARGO_PKG_VERSION"));
        json.key("is_recording").flag(recorder::is_running());
        json.key("alive").number(snapshot.rows.len() as u64);
        json.key("lost").number(crate::loss::lost().len() as u64);
    });
    json.finish()
}
