//! Stores in lines for people: full, compact, pretty.

use std::fmt::{self, Write as _};

use tracing_subscriber::fmt::format::{Compact, Full, Pretty};

use super::line::sealed::Line;
use crate::Shown;

impl Line for Full {
    const END: &'static str = "\n";

    fn has_fields_beside(_line: &str) -> bool {
        true
    }

    fn write(line: &mut String, coloured: bool, name: &str, shown: Shown<'_>) -> fmt::Result {
        write_field(line, coloured, name, shown)
    }
}

impl Line for Compact {
    const END: &'static str = "\n";

    fn has_fields_beside(_line: &str) -> bool {
        true
    }

    fn write(line: &mut String, coloured: bool, name: &str, shown: Shown<'_>) -> fmt::Result {
        write_field(line, coloured, name, shown)
    }
}

impl Line for Pretty {
    const END: &'static str = "\n";

    /// Each store has a line of its own.
    fn has_fields_beside(_line: &str) -> bool {
        false
    }

    fn write(line: &mut String, _coloured: bool, name: &str, shown: Shown<'_>) -> fmt::Result {
        writeln!(line, "    with {name}: {}", OneWord(shown))
    }
}

/// As the format itself writes a field: the name in italics, the sign dimmed.
fn write_field(line: &mut String, coloured: bool, name: &str, shown: Shown<'_>) -> fmt::Result {
    let value = OneWord(shown);
    if coloured {
        write!(line, " \x1b[3m{name}\x1b[0m\x1b[2m=\x1b[0m{value}")
    } else {
        write!(line, " {name}={value}")
    }
}

/// Quotes text that would look like another field, begin another line, or colour this one: stores come from outside.
struct OneWord<'a>(Shown<'a>);

impl fmt::Display for OneWord<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Shown::Display(_) | Shown::Debug(_)) = self.0 else {
            return self.0.fmt(f);
        };
        let text = self.0.to_string();
        if text.is_empty() || text.contains(is_odd) {
            write!(f, "{text:?}")
        } else {
            f.write_str(&text)
        }
    }
}

/// `Debug` of a text escapes what is not printable; so what it would escape is quoted, too.
fn is_odd(character: char) -> bool {
    character.is_whitespace() || "=\"'\\".contains(character) || character.escape_debug().len() > 1
}
