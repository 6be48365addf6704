//! Hundreds of items, sound and broken: the attribute never panics, its expansion of sound ones parses, and broken ones
//! are still there beside what is said of them.

use super::expand;

const OPTIONS: &[&str] = &[
    "",
    "name = \"A\"",
    "name = NAME",
    "boxed",
    "err",
    "ret(Display)",
    "err(Debug), ret",
    "fields(a, %b, c = ?d, e.f = 1)",
    "trigger = id()",
    "crate = x::async_hooks",
    "skip",
    "__last",
    "name = \"\"",
    "name",
    "= 1",
    "fields",
    "fields(",
    "1, 2",
    ",,,",
    "err, err",
    "boxd",
    "crate = \"x\"",
    "fields(a, a)",
    "name = \"A\" err",
];

const HEADS: &[&str] = &[
    "",
    "pub ",
    "pub(crate) ",
    "async ",
    "pub async ",
    "unsafe ",
    "async unsafe ",
    "extern \"C\" ",
    "const ",
    "default ",
    "#[doc = \"x\"] #[inline] ",
    "#[other] ",
    "#[must_use] async ",
];

const SIGNATURES: &[&str] = &[
    "()",
    "(&self)",
    "(self: Pin<&mut Self>, mut a: u8)",
    "((a, _): (u8, u8), [b, ..]: [u8; 3], &c: &u8, ref mut d: D)",
    "<'a, T: Clone, const N: usize>(#[cfg(x)] t: &'a T, n: [u8; N])",
    "(a: impl Fn(u8) -> u8, ...)",
];

const OUTPUTS: &[&str] = &[
    "",
    "-> u8",
    "-> !",
    "-> ()",
    "-> impl Future<Output = u8>",
    "-> impl Stream<Item = u8> + Send",
    "-> Result<impl A, B>",
    "-> Pin<Box<dyn Future<Output = u8> + Send + '_>>",
    "-> BoxFuture<'a, u8>",
    "-> Self::Future",
    "-> Pin<Box<T>>",
    "-> Pin<&mut T>",
];

const BODIES: &[&str] = &[
    "{}",
    "{ a + }",
    "{ #![allow(x)] return 1; }",
    "{ Box::pin(async move { 1 }) }",
    ";",
];

/// Every combination would be a hundred thousand: the numbers step through all values of each list.
fn sound_and_broken() -> impl Iterator<Item = (&'static str, String)> {
    (0..4000).map(|n: usize| {
        let pick = |list: &[&'static str], step: usize| list[(n / step + n * step) % list.len()];
        let (head, signature) = (pick(HEADS, 3), pick(SIGNATURES, 5));
        let (output, body) = (pick(OUTPUTS, 7), pick(BODIES, 11));
        (
            pick(OPTIONS, 1),
            format!("{head}fn f{signature} {output} {body}"),
        )
    })
}

#[test]
fn functions() {
    for (options, item) in sound_and_broken() {
        check(options, &item);
    }
}

#[test]
fn methods_in_blocks() {
    for (options, item) in sound_and_broken() {
        check(
            options,
            &format!(
                "impl<T> A<T> where T: B {{ type C = u8; {item} m!{{}} #[traced({options})] {item} }}"
            ),
        );
        check(
            options,
            &format!("pub trait A: B {{ const C: u8; {item} fn last(); }}"),
        );
    }
}

#[test]
fn other_items() {
    for item in [
        "struct A;",
        "enum A {}",
        "mod a { fn f() {} }",
        "const A: u8 = 1;",
        "static A: u8 = 1;",
        "type A = u8;",
        "use a::b;",
        "extern \"C\" { fn f(); }",
        "macro_rules! a { () => {} }",
        "let a = 1;",
        "",
        "impl",
        "trait A",
        "fn",
        "fn f",
        "async fn f()",
        "impl A for B;",
        "#[a]",
        "1 + 1",
        "union A { a: u8 }",
        "extern crate a;",
    ] {
        for options in OPTIONS {
            check(options, item);
        }
    }
}

/// Found by fuzzing: the keyword became an expression.
#[test]
fn a_field_that_is_named_by_a_keyword_needs_a_value() {
    for key in ["type", "a.type", "return", "a.await"] {
        let told = expand(&format!("fields({key})"), "fn f() {}").to_string();
        assert!(told.contains("this field needs a value"), "{told}");
        check(&format!("fields({key} = 1)"), "fn f() {}");
    }
    for key in ["a", "r#type", "self.a", "a.0.b"] {
        let expanded = expand(&format!("fields({key})"), "fn f() {}").to_string();
        assert!(!expanded.contains("compile_error"), "{expanded}");
    }
}

/// Options that do not even have matching brackets never reach a macro.
fn check(options: &str, item: &str) {
    if options.parse::<proc_macro2::TokenStream>().is_err() {
        return;
    }
    let expanded = expand(options, item);
    let text = expanded.to_string();
    if text.contains("compile_error") {
        assert!(is_told(&text), "{options} on {item}: {text}");
        return;
    }
    let was_sound = syn::parse_str::<syn::File>(item).is_ok();
    assert!(
        !was_sound || syn::parse2::<syn::File>(expanded).is_ok(),
        "{options} on {item}: {text}"
    );
}

/// What is said begins in lower case, or is the parser's.
fn is_told(text: &str) -> bool {
    let mut messages = text.split("compile_error ! { \"").skip(1);
    messages.all(|message| message.starts_with(|first: char| !first.is_uppercase()))
}
