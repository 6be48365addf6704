//! What the main shapes become, in `tests/expansions/traced` of the workspace.
//!
//! After a change that is meant: run with `AH_BLESS=1`, and read what has changed.

use std::{fs, path::PathBuf};

use super::expand;

#[track_caller]
fn assert_expands(name: &str, options: &str, item: &str) {
    let expanded = expand(options, item);
    let file = syn::parse2(expanded).expect("items");
    let attribute = if options.is_empty() {
        "#[traced]".to_owned()
    } else {
        format!("#[traced({options})]")
    };
    let actual = format!("// {attribute} {item}\n\n{}", prettyplease::unparse(&file));
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../tests/expansions/traced")
        .join(name)
        .with_extension("txt");
    if std::env::var_os("AH_BLESS").is_some() {
        fs::write(&path, actual).expect("written");
        return;
    }
    let expected = fs::read_to_string(&path)
        .unwrap_or_default()
        .replace("\r\n", "\n");
    assert!(
        actual == expected,
        "{name} expands to\n{actual}\ninstead of\n{expected}"
    );
}

#[test]
fn async_fn() {
    assert_expands(
        "async_fn",
        "",
        "pub async fn handle(mut a: u8, (b, _): (u8, String)) -> Result<u8, Error> { check(a)?; Ok(a + b) }",
    );
}

#[test]
fn async_method_with_options() {
    assert_expands(
        "async_method_with_options",
        "name = \"CHARGE\", fields(amount, %card, of = ?card), err, ret, trigger = self.id",
        "async fn charge(&self, amount: u64, card: Card) -> Result<Receipt, Error> { self.ledger.write(amount, card).await }",
    );
}

#[test]
fn never() {
    assert_expands(
        "never",
        "boxed",
        "async fn serve() -> ! { loop { accept().await } }",
    );
}

#[test]
fn impl_future() {
    assert_expands(
        "impl_future",
        "",
        "fn handle(&self, a: u8) -> impl Future<Output = u8> + Send { let b = a + 1; async move { b } }",
    );
}

#[test]
fn boxed_future() {
    assert_expands(
        "boxed_future",
        "",
        "fn handle(a: &str) -> BoxFuture<'_, usize> { let n = a.len(); Box::pin(async move { n }) }",
    );
}

#[test]
fn async_trait_method() {
    assert_expands(
        "async_trait_method",
        "ret",
        "fn handle<'a>(&'a self) -> Pin<Box<dyn Future<Output = u8> + Send + 'a>> { Box::pin(async move { let __self = self; __self.n }) }",
    );
}

#[test]
fn alias() {
    assert_expands(
        "alias",
        "",
        "fn call(&mut self, request: Request) -> Self::Future { self.inner.call(request) }",
    );
}

#[test]
fn sync() {
    assert_expands(
        "sync",
        "fields(a)",
        "fn handle(a: u8) -> u8 { #![allow(unused)] if a > 1 { return 1; } a }",
    );
}

#[test]
fn sync_with_a_result() {
    assert_expands(
        "sync_with_a_result",
        "err(Debug)",
        "fn handle(a: &str) -> Result<u8, Error> { Ok(a.parse()?) }",
    );
}

#[test]
fn impl_block() {
    assert_expands(
        "impl_block",
        "crate = tools::async_hooks",
        "impl Handler { const fn new() -> Self { Self } async fn handle(&self) {} #[traced(skip)] fn path(&self) {} #[traced(name = \"GET\")] fn get(&self) {} }",
    );
}

#[test]
fn moves_to_the_end() {
    assert_expands(
        "moves_to_the_end",
        "err",
        "#[doc = \"x\"] #[tracing::instrument] async fn handle() -> Result<(), Error> { Ok(()) }",
    );
}

#[test]
fn case_28_expands_to_the_same_each_time() {
    let item = "async fn f(a: u8, b: u8, c: u8) -> u8 { a + b + c }";
    let options = "fields(a, b, c, d = 1, e = 2)";
    let once = expand(options, item).to_string();
    assert!((0..20).all(|_| expand(options, item).to_string() == once));
}

#[test]
fn case_27_the_body_is_emitted_once_and_as_it_is() {
    let body = "{ let marker = 1; other::<u8>().await; marker }";
    let tokens = body
        .parse::<proc_macro2::TokenStream>()
        .expect("tokens")
        .to_string();
    for (options, head) in [
        ("", "async fn f() -> u8"),
        ("err, ret", "async fn f() -> Result<u8, u8>"),
        ("", "fn f() -> u8"),
        ("ret", "fn f() -> u8"),
        ("", "fn f() -> impl Future<Output = u8>"),
        ("", "fn f() -> BoxFuture<'static, u8>"),
        ("", "fn f() -> OwnFuture"),
    ] {
        let expanded = expand(options, &format!("{head} {body}")).to_string();
        assert_eq!(expanded.matches(&tokens).count(), 1, "{expanded}");
    }
}
