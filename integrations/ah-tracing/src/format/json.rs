//! Stores in lines of JSON.

use std::fmt::{self, Write};

use tracing_subscriber::fmt::format::Json;

use super::line::sealed::Line;
use crate::Shown;

impl Line for Json {
    const END: &'static str = "}\n";

    /// Unless the fields are an object of their own. A text cannot contain this: its quotes are escaped.
    fn has_fields_beside(line: &str) -> bool {
        !line.contains("\"fields\":{")
    }

    fn write(line: &mut String, _coloured: bool, name: &str, shown: Shown<'_>) -> fmt::Result {
        write!(line, ",\"{name}\":")?; // names need no escapes: see `error.rs`
        match shown {
            Shown::Number(number) => write!(line, "{number}"),
            Shown::Bool(value) => write!(line, "{value}"),
            Shown::Display(_) | Shown::Debug(_) => {
                line.push('"');
                write!(Escaped(line), "{shown}")?;
                line.push('"');
                Ok(())
            }
        }
    }
}

/// Escapes what may not stand in a JSON string.
struct Escaped<'a>(&'a mut String);

impl Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.chars().try_for_each(|character| match character {
            '"' | '\\' => {
                self.0.extend(['\\', character]);
                Ok(())
            }
            '\0'..='\x1f' => write!(self.0, "\\u{:04x}", u32::from(character)),
            _ => {
                self.0.push(character);
                Ok(())
            }
        })
    }
}
