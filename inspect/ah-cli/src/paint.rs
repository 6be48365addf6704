//! Colours, for a terminal alone.

use std::io::{IsTerminal as _, stdout};

const PLAIN: &str = "\x1b[0m";

/// Whether whoever reads this sees colours, and has not asked for none.
pub(crate) fn is_wanted() -> bool {
    let is_asked_for_none = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let is_dumb = std::env::var_os("TERM").is_none_or(|terminal| terminal == "dumb");
    stdout().is_terminal() && !is_asked_for_none && !is_dumb
}

/// A river with colours: its characters stay what they are.
pub(crate) fn river(text: &str) -> String {
    let mut painted = String::with_capacity(2 * text.len());
    let mut last = PLAIN;
    for c in text.chars() {
        let colour = match c {
            '█' | '▁'..='▇' => "\x1b[34m",
            '▒' => "\x1b[33m",
            '━' => "\x1b[1m",
            '─' => "\x1b[2m",
            '╳' => "\x1b[31;1m",
            _ => PLAIN,
        };
        if colour != last {
            painted.push_str(PLAIN);
            painted.push_str(colour);
            last = colour;
        }
        painted.push(c);
    }
    painted + if last == PLAIN { "" } else { PLAIN }
}

#[cfg(test)]
mod tests {
    use super::river;

    #[test]
    fn colours_change_no_character() {
        let text = "checkout(2)  █─▒━╳\n";
        let painted = river(text);
        let plain: String = painted
            .split('\x1b')
            .map(|part| {
                part.split_once('m')
                    .filter(|(code, _)| code.starts_with('['))
                    .map_or(part, |(_, rest)| rest)
            })
            .collect();
        assert_eq!(plain, text);
        assert!(
            painted.contains("\x1b[34m█") && painted.ends_with("\x1b[0m\n"),
            "{painted:?}"
        );
    }
}
