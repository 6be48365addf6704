//! JSON, as it is written.

use std::fmt::Write as _;

/// Writes one value; commas come by themselves.
#[derive(Default)]
pub(crate) struct Json {
    out: String,
    /// Something was written at this level before.
    needs_comma: bool,
}

impl Json {
    pub(crate) fn finish(mut self) -> String {
        self.out.push('\n');
        self.out
    }

    fn separate(&mut self) {
        if self.needs_comma {
            self.out.push(',');
        }
        self.needs_comma = true;
    }

    pub(crate) fn nested(&mut self, [open, close]: [char; 2], write: impl FnOnce(&mut Self)) {
        self.separate();
        self.out.push(open);
        self.needs_comma = false;
        write(self);
        self.out.push(close);
        self.needs_comma = true;
    }

    pub(crate) fn object(&mut self, write: impl FnOnce(&mut Self)) {
        self.nested(['{', '}'], write);
    }

    pub(crate) fn list<T>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        mut write: impl FnMut(&mut Self, T),
    ) {
        self.nested(['[', ']'], |json| {
            items.into_iter().for_each(|item| write(json, item))
        });
    }

    /// The name of what is written next.
    pub(crate) fn key(&mut self, name: &str) -> &mut Self {
        self.string(name);
        self.out.push(':');
        self.needs_comma = false;
        self
    }

    pub(crate) fn number(&mut self, number: u64) {
        self.separate();
        let _infallible = write!(self.out, "{number}");
    }

    /// A field for each number.
    pub(crate) fn numbers<const N: usize>(&mut self, fields: [(&str, u64); N]) {
        for (name, number) in fields {
            self.key(name).number(number);
        }
    }

    pub(crate) fn flag(&mut self, flag: bool) {
        self.separate();
        self.out.push_str(if flag { "true" } else { "false" });
    }

    pub(crate) fn null(&mut self) {
        self.separate();
        self.out.push_str("null");
    }

    pub(crate) fn string(&mut self, text: &str) {
        self.separate();
        self.out.push('"');
        for c in text.chars() {
            match c {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                c if c < ' ' || matches!(c, '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}') => {
                    let _infallible = write!(self.out, "\\u{:04x}", u32::from(c));
                }
                c => self.out.push(c),
            }
        }
        self.out.push('"');
    }

    pub(crate) fn string_or_null(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.string(text),
            None => self.null(),
        }
    }
}
