//! Text from a program in markup.

use std::fmt;

use crate::text::clean;

/// Text for markup and for values of attributes in single quotes.
pub(crate) struct Escaped<'a>(pub(crate) &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write as _;
        for c in clean(self.0, MOST).chars() {
            match c {
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '&' => f.write_str("&amp;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

/// No text is longer.
const MOST: usize = 600;

/// What is in backticks is code.
pub(super) fn with_code(text: &str) -> String {
    let parts = text.split('`').enumerate();
    let part = |(number, part)| match number % 2 {
        0 => Escaped(part).to_string(),
        _ => format!("<code>{}</code>", Escaped(part)),
    };
    parts.map(part).collect()
}
