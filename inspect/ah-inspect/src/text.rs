//! Text for people: what comes from a program is cleaned, times have units.

use std::panic::Location;

use unicode_width::UnicodeWidthChar as _;

/// Text from a program, as a terminal may have it: no control characters, nothing that turns the direction of writing, and
/// not too long.
pub(crate) fn clean(text: &str, most: usize) -> String {
    let is_plain = |c: char| {
        !c.is_control()
            && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let mut chars = text.chars();
    let mut clean: String = chars
        .by_ref()
        .take(most)
        .map(|c| if is_plain(c) { c } else { '·' })
        .collect();
    if chars.next().is_some() {
        clean.pop();
        clean.push('…');
    }
    clean
}

/// As [`clean`], which most texts are.
pub(crate) fn cleaned(text: String, most: usize) -> String {
    let is_clean = text.len() <= most && text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if is_clean { text } else { clean(&text, most) }
}

/// A place of the source, as compilers write it.
pub(crate) fn place(place: &Location<'_>) -> String {
    format!("{}:{}:{}", place.file(), place.line(), place.column())
}

/// The end of a path, and the line.
pub(crate) fn short(place: &Location<'_>) -> String {
    let file = place.file();
    let file = file.rsplit(['/', '\\']).next().unwrap_or(file);
    format!("{file}:{}", place.line())
}

/// How many columns of a terminal a character takes.
fn columns(c: char) -> usize {
    c.width().unwrap_or(0)
}

/// How many columns of a terminal a text takes.
pub(crate) fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// As much of a text as fits.
pub(crate) fn cut(text: &str, most: usize) -> String {
    if width(text) <= most {
        return text.to_owned();
    }
    let (mut cut, mut used) = (String::new(), 0);
    for c in text.chars() {
        used += columns(c);
        if used + 1 > most {
            break;
        }
        cut.push(c);
    }
    cut.push('…');
    cut
}

/// A text in so many columns: cut, or with spaces after it.
pub(crate) fn pad(text: &str, columns: usize) -> String {
    let text = cut(text, columns);
    let spaces = columns - width(&text);
    text + &" ".repeat(spaces)
}

/// A text in lines of at most so many columns; those after the first begin with `indent`.
pub(crate) fn wrap(text: &str, columns: usize, indent: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let last = lines.last_mut().expect("there is one");
        let is_first = last.is_empty() || *last == indent;
        if is_first || width(last) + 1 + width(word) <= columns {
            if !last.is_empty() && *last != indent {
                last.push(' ');
            }
            last.push_str(word);
        } else {
            lines.push(format!("{indent}{word}"));
        }
    }
    lines.iter().map(|line| cut(line, columns)).collect()
}

/// A time, in about four characters and its unit.
pub(crate) fn span(nanos: u64) -> String {
    match nanos {
        0..1_000 => format!("{nanos} ns"),
        1_000..1_000_000 => format!("{:.0} µs", nanos as f64 / 1e3),
        1_000_000..100_000_000 => format!("{:.1} ms", nanos as f64 / 1e6),
        100_000_000..1_000_000_000 => format!("{} ms", nanos / 1_000_000),
        1_000_000_000..60_000_000_000 => format!("{:.1} s", nanos as f64 / 1e9),
        60_000_000_000..3_600_000_000_000 => format!("{} min", nanos / 60_000_000_000),
        _ => format!("{} h", nanos / 3_600_000_000_000),
    }
}

/// The function in the name of a future's type: `load` of `shop::load::{{closure}}`, and of `Framed<shop::load::{{closure}}>`.
pub(crate) fn function(future: &str) -> &str {
    let inner = future.rsplit_once('<').map_or(future, |(_, inner)| inner);
    let inner = inner.split(['>', ',']).next().unwrap_or(inner);
    let mut parts = inner
        .trim()
        .rsplit("::")
        .filter(|part| !part.starts_with("{{"));
    parts.next().unwrap_or(inner)
}

#[cfg(test)]
mod tests {
    use super::{clean, function, span};

    #[test]
    fn times_are_short() {
        let times = [
            0,
            999,
            1_500,
            99_940_000,
            924_300_000,
            59_900_000_000,
            60_000_000_000,
            7_200_000_000_000,
        ];
        let texts = times.map(span);
        assert_eq!(
            texts,
            [
                "0 ns", "999 ns", "2 µs", "99.9 ms", "924 ms", "59.9 s", "1 min", "2 h"
            ]
        );
        assert!(texts.iter().all(|text| text.chars().count() <= 7));
    }

    #[test]
    fn functions_are_found_in_types() {
        assert_eq!(function("shop::load::{{closure}}"), "load");
        assert_eq!(function("ah_core::Traced<shop::load::{{closure}}>"), "load");
        assert_eq!(function(""), "");
    }

    #[test]
    fn what_a_terminal_would_obey_is_replaced() {
        assert_eq!(clean("a\u{1b}[31m\u{202e}b", 20), "a·[31m·b");
        assert_eq!(clean("abcdef", 4), "abc…");
    }
}
