//! The options.

use std::{fmt, future::Future, sync::Mutex};

use async_hooks::{AsyncId, FieldValue, Fields, Returned, traced};

use super::support::{Heard, block_on, yield_once};
use crate::test;
use ah_testing::exempt;

/// `Debug` and `Display` differ.
#[derive(Debug, Clone)]
struct Card(u32);

impl fmt::Display for Card {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "**{}", self.0 % 100)
    }
}

struct Ledger {
    name: String,
}

impl Ledger {
    #[traced(fields(amount, %card, of = ?card, self.name, http.method = "GET", "two words" = amount + 1, ok = true))]
    async fn charge(&self, amount: u64, card: Card) -> u64 {
        drop(card);
        yield_once().await;
        amount
    }

    #[traced(fields(amount = -amount, letter = 'c', part = 0.5f32, r#type = "t"))]
    fn refund(&self, amount: i64) -> i64 {
        amount
    }

    #[traced(fields(a, half = *b, %card.0))]
    async fn takes_apart(self, (a, ref mut b): (u8, f64), card @ Card(_): Card) -> f64 {
        *b += 1.0;
        *b + f64::from(a) + f64::from(card.0)
    }

    #[traced(fields(%key))]
    fn future(self, key: String) -> impl Future<Output = String> {
        let moved = key;
        async move { moved }
    }
}

fn ledger() -> Ledger {
    Ledger {
        name: "main".into(),
    }
}

fn fields_of<R>(f: impl FnOnce() -> R) -> Vec<String> {
    Heard::of(|| drop(f())).fields()
}

#[test]
fn case_21_no_argument_is_recorded_unless_named() {
    #[traced]
    async fn pay(card: Card, amount: u64) -> u64 {
        u64::from(card.0) + amount
    }
    #[traced(fields(amount))]
    async fn pay_named(card: Card, amount: u64) -> u64 {
        u64::from(card.0) + amount
    }
    assert!(fields_of(|| block_on(pay(Card(4242), 7))).is_empty());
    let named = fields_of(|| block_on(pay_named(Card(4242), 7)));
    assert!(named.concat().contains("amount") && !named.concat().contains("4242"));
}

#[test]
fn case_22_fields_are_data_of_init() {
    let ledger = ledger();
    assert_eq!(
        fields_of(|| ledger.charge(12, Card(1234))),
        [
            r#"amount=12 card=**34 of=Card(1234) self.name="main" http.method="GET" two words=13 ok=true"#
        ]
    );
    assert_eq!(
        fields_of(|| ledger.refund(5)),
        [r#"amount=-5 letter="c" part=0.5 type="t""#]
    );
}

#[test]
fn case_22_fields_of_arguments_that_patterns_take_apart_or_the_body_moves() {
    assert_eq!(
        fields_of(|| ledger().takes_apart((1, 2.5), Card(3))),
        ["a=1 half=2.5 card.0=3"]
    );
    assert_eq!(fields_of(|| ledger().future("k".into())), ["key=k"]);
    assert_eq!(block_on(ledger().takes_apart((1, 2.5), Card(3))), 7.5);
    assert_eq!(block_on(ledger().future("k".into())), "k");
}

#[traced(fields(costly = evaluated()))]
async fn lazy() {}

#[traced(fields(costly = evaluated()))]
fn lazy_sync() {}

static EVALUATED: Mutex<u32> = Mutex::new(0);

fn evaluated() -> u32 {
    let mut evaluated = EVALUATED.lock().unwrap();
    *evaluated += 1;
    *evaluated
}

#[test]
fn case_23_fields_are_evaluated_only_if_a_hook_listens() {
    // not under the laws, whose collector would listen
    async_hooks::Env::new().run(|| {
        drop(lazy());
        lazy_sync();
    });
    Heard::of_types(["OTHER"], || {
        drop(lazy());
        lazy_sync();
    });
    assert_eq!(*EVALUATED.lock().unwrap(), 0);
    assert_eq!(fields_of(lazy), ["costly=1"]);
    assert_eq!(fields_of(lazy_sync), ["costly=2"]);
}

#[test]
fn fields_can_be_read_by_name() {
    let seen = std::sync::Arc::new(Mutex::new(None));
    let hook = async_hooks::Hooks::builder().init({
        let seen = seen.clone();
        move |resource| *seen.lock().unwrap() = resource.data::<Fields>().cloned()
    });
    ah_testing::CheckedEnv::new().run(|| {
        async_hooks::create_hook(hook.build()).enable();
        ledger().refund(5);
    });
    let fields = seen.lock().unwrap().clone().unwrap();
    assert_eq!(fields.get("amount"), Some(&FieldValue::Int(-5)));
    assert_eq!(fields.get("absent"), None);
    assert_eq!(fields.iter().len(), 4);
}

#[traced(err)]
async fn fails(n: u8) -> Result<u8, Card> {
    if n == 0 {
        return Err(Card(0));
    }
    succeeds_if_large(n)?;
    Ok(n)
}

fn succeeds_if_large(n: u8) -> Result<(), Card> {
    if n > 1 { Ok(()) } else { Err(Card(1)) }
}

#[traced(err(Debug), ret)]
async fn records_both(n: u8) -> Result<u8, Card> {
    fails(n).await
}

#[traced(ret(Display))]
async fn returns_a_card() -> Card {
    yield_once().await;
    Card(2)
}

#[traced(ret, err)]
fn sync(n: u8) -> Result<u8, Card> {
    if n == 0 {
        return Err(Card(0));
    }
    succeeds_if_large(n)?;
    Ok(n)
}

#[traced(ret)]
fn opaque(n: u8) -> impl Future<Output = u8> {
    std::future::ready(n)
}

#[traced(ret, fields(n), trigger = 9u32)]
fn boxed(n: u8) -> futures::future::BoxFuture<'static, u8> {
    Box::pin(std::future::ready(n))
}

type OwnFuture = std::pin::Pin<Box<dyn Future<Output = Result<u8, Card>> + Send>>;

#[traced(err, fields(n))]
fn alias(n: u8) -> OwnFuture {
    Box::pin(async move { succeeds_if_large(n).map(|()| n) })
}

#[traced(ret, err(Debug))]
async fn of_a_generic<T: fmt::Debug, E: fmt::Debug>(result: Result<T, E>) -> Result<T, E> {
    result
}

fn returned<R>(f: impl FnOnce() -> R) -> Vec<Returned> {
    Heard::of(|| drop(f())).returned()
}

#[test]
fn case_20_err_records_early_returns_and_question_marks() {
    let error = |text: &str| vec![Returned::Error(text.into())];
    assert_eq!(returned(|| block_on(fails(0))), error("**0"));
    assert_eq!(returned(|| block_on(fails(1))), error("**1"));
    assert_eq!(returned(|| block_on(fails(2))), []);
    assert_eq!(returned(|| sync(0)), error("**0"));
    assert_eq!(returned(|| sync(1)), error("**1"));
    assert_eq!(returned(|| block_on(alias(1))), error("**1"));
    assert_eq!(
        returned(|| block_on(of_a_generic(Err::<u8, _>(1)))),
        error("1")
    );
}

#[test]
fn case_20_ret_records_by_debug_or_display() {
    let value = |text: &str| vec![Returned::Value(text.into())];
    assert_eq!(returned(|| block_on(returns_a_card())), value("**2"));
    assert_eq!(returned(|| sync(2)), value("2"));
    assert_eq!(returned(|| block_on(opaque(3))), value("3"));
    let made_up = returned(|| {
        exempt(9.into());
        block_on(boxed(3))
    });
    assert_eq!(made_up, value("3"));
    assert_eq!(
        returned(|| block_on(records_both(1))),
        [
            Returned::Error("**1".into()),
            Returned::Error("Card(1)".into())
        ]
    );
    assert_eq!(returned(|| block_on(records_both(2))), value("2"));
}

#[test]
fn case_20_nothing_is_recorded_of_a_future_that_no_hook_wants() {
    let heard = Heard::of_types(["fails"], || drop(block_on(records_both(0))));
    assert_eq!(heard.returned(), [Returned::Error("**0".into())]);
}

#[traced(trigger = parent)]
async fn caused_by(parent: AsyncId) {}

#[traced(trigger = parent.async_id())]
fn caused_by_resource(parent: &async_hooks::AsyncResource) {
    let _ = parent;
}

#[test]
fn a_trigger_says_what_caused_it() {
    let heard = Heard::of(|| {
        let parent = async_hooks::AsyncResource::new("PARENT");
        caused_by_resource(&parent);
        drop(caused_by(parent.async_id()));
        exempt(9.into()); // invented
        drop(boxed(1));
    });
    let inits: Vec<_> = heard
        .lines()
        .into_iter()
        .filter(|line| line.starts_with("init"))
        .collect();
    assert_eq!(
        inits,
        [
            "init PARENT 2<1",
            "init caused_by_resource 3<2",
            "init caused_by 4<2",
            "init boxed 5<9"
        ]
    );
}

struct Typed<T>(T);

trait Kind {
    const NAME: &'static str;
}

impl Kind for u8 {
    const NAME: &'static str = "U8";
}

impl<T: Kind> Typed<T> {
    #[traced(name = T::NAME)]
    async fn named_by_its_type(self) -> T {
        self.0
    }
}

#[test]
fn case_22_a_name_may_be_a_constant_of_a_generic() {
    let heard = Heard::of(|| drop(Typed(1u8).named_by_its_type()));
    assert_eq!(heard.lines()[0], "init U8 2<1");
}

mod renamed {
    pub(super) mod tools {
        pub(crate) use ::async_hooks as hooks;
    }
}

#[renamed::tools::hooks::traced(crate = renamed::tools::hooks, ret, fields(a))]
async fn by_another_path(a: u8) -> u8 {
    a
}

#[traced(crate = renamed::tools::hooks)]
impl Ledger {
    async fn by_another_path(&self) -> usize {
        self.name.len()
    }
}

macro_rules! through_a_macro {
    ($krate:path, $name:literal) => {
        #[traced(crate = $krate, name = $name)]
        async fn made_with_a_path() {}
    };
}

through_a_macro!(::async_hooks, "MADE");

#[test]
fn case_15_the_facade_by_another_path() {
    assert_eq!(block_on(by_another_path(1)), 1);
    assert_eq!(block_on(ledger().by_another_path()), 4);
    block_on(made_with_a_path());
}
