//! An attribute and its item, as a user writes them: `#[traced(err)] fn f() {}`.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// More brackets in each other than this are not tried: both `syn` and the compiler's own parser descend for each.
const DEEPEST: usize = 48;

/// What stands between the parentheses of an attribute, and all that comes after the attribute.
pub struct Written {
    /// The options.
    pub args: TokenStream,
    /// The item.
    pub item: TokenStream,
}

impl Written {
    /// Takes text apart. None if it has no tokens or does not begin with an attribute: then no macro would see it.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        if depth(text) > DEEPEST {
            return None;
        }
        let mut tokens = text.parse::<TokenStream>().ok()?.into_iter();
        match (tokens.next()?, tokens.next()?) {
            (TokenTree::Punct(pound), TokenTree::Group(attribute)) if pound.as_char() == '#' => {
                let args = args(attribute.stream());
                let item = tokens.collect();
                Some(Self { args, item })
            }
            _ => None,
        }
    }
}

/// What stands between the parentheses.
fn args(attribute: TokenStream) -> TokenStream {
    match attribute.into_iter().last() {
        Some(TokenTree::Group(list)) if list.delimiter() == Delimiter::Parenthesis => list.stream(),
        _ => TokenStream::new(),
    }
}

/// How deep brackets stand in each other; those in strings count, too.
fn depth(text: &str) -> usize {
    let (mut now, mut deepest) = (0_usize, 0);
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' | b'<' => now += 1,
            b')' | b']' | b'}' | b'>' => now = now.saturating_sub(1),
            _ => (),
        }
        deepest = deepest.max(now);
    }
    deepest
}
