//! What a user can see of a function stays as it was without the attribute.

#![expect(
    clippy::allow_attributes_without_reason,
    reason = "attributes of parameters are tested as people write them"
)]

use std::{
    error::Error,
    fmt::Display,
    future::{Future, Ready, ready},
    panic::{Location, RefUnwindSafe, UnwindSafe},
    pin::Pin,
};

use ::futures::{
    FutureExt as _, StreamExt as _,
    future::FusedFuture,
    stream::{self, FusedStream, Stream},
};
use async_hooks::traced;

use super::support::{Heard, REQUEST_ID, block_on, yield_once};
use crate::test;

type Reply<T> = Pin<Box<dyn Future<Output = T> + Send>>;
type Rows = Pin<Box<dyn Stream<Item = Option<u64>> + Send>>;
type Unpinned = Box<dyn Future<Output = Option<u64>> + Unpin>;
type Text = String;
type Immediate = Ready<u32>;

/// Who asks for the caller is told of the caller, whatever the function returns.
mod callers {
    use super::*;

    #[traced]
    #[track_caller]
    pub(super) fn plain() -> u32 {
        Location::caller().line()
    }
    #[traced(ret)]
    #[track_caller]
    pub(super) fn recorded() -> u32 {
        Location::caller().line()
    }
    #[traced(err, ret)]
    #[track_caller]
    pub(super) fn early(text: &str) -> Result<u32, std::num::ParseIntError> {
        let number: u32 = text.parse()?;
        if number == 1 {
            return Ok(Location::caller().line());
        }
        Ok(number)
    }
    #[traced]
    #[track_caller]
    pub(super) fn opaque() -> impl Future<Output = u32> {
        let line = Location::caller().line();
        async move { line }
    }
    #[traced]
    #[track_caller]
    pub(super) fn opaque_early(early: bool) -> impl Future<Output = u32> {
        let line = Location::caller().line();
        if early {
            return ready(line);
        }
        ready(line)
    }
    #[traced(ret)]
    #[track_caller]
    pub(super) fn pinned(early: bool) -> Pin<Box<dyn Future<Output = u32>>> {
        let line = Location::caller().line();
        if early {
            return Box::pin(ready(line));
        }
        Box::pin(async move { line })
    }
    #[traced(fields(early))]
    #[track_caller]
    pub(super) fn alias(early: bool) -> Reply<u32> {
        let line = Location::caller().line();
        if early {
            return Box::pin(ready(line));
        }
        Box::pin(async move { line })
    }
    #[traced]
    #[track_caller]
    pub(super) fn boxed() -> Box<dyn Future<Output = u32> + Send + Unpin> {
        Box::new(ready(Location::caller().line()))
    }
    #[traced]
    #[track_caller]
    pub(super) fn named() -> Immediate {
        ready(Location::caller().line())
    }
}

#[test]
fn the_caller_is_the_caller() {
    use callers::{alias, boxed, early, named, opaque, opaque_early, pinned, plain, recorded};
    #[rustfmt::skip]
    let said = [
        plain(), recorded(), early("1").unwrap(), block_on(opaque()), block_on(opaque_early(true)), block_on(opaque_early(false)),
        block_on(pinned(true)), block_on(pinned(false)), block_on(alias(true)), block_on(alias(false)), block_on(boxed()), block_on(named()),
    ];
    assert!(said[..6].iter().all(|line| *line == said[0]), "{said:?}");
    assert!(
        said[6..].iter().all(|line| *line == said[0] + 1),
        "{said:?}"
    );
}

#[test]
fn what_returns_early_in_place_is_recorded_too() {
    let heard = Heard::of(|| {
        assert!(callers::early("x").is_err());
        assert_eq!(callers::early("2"), Ok(2));
    });
    let told: Vec<String> = heard
        .returned()
        .iter()
        .map(|told| format!("{told:?}"))
        .collect();
    assert_eq!(
        told,
        ["Error(\"invalid digit found in string\")", "Value(\"2\")"]
    );
}

#[traced]
fn attributes_of_parameters_do_what_they_did(
    #[expect(unused_variables)] one: u8,
    #[allow(non_snake_case)] TWO: u8,
    #[expect(unused_mut, unused_variables, reason = "two at once")] mut three: u8,
) -> impl Future<Output = u8> {
    ready(TWO)
}

#[traced]
#[expect(clippy::used_underscore_binding, reason = "as without the attribute")]
async fn attributes_of_parameters(
    #[expect(unused_variables)] one: u8,
    #[expect(clippy::ptr_arg)] list: &Vec<u8>,
    _used: u8,
) -> usize {
    list.len() + usize::from(_used)
}

#[test]
fn attributes_of_parameters_move_with_them() {
    assert_eq!(
        block_on(attributes_of_parameters_do_what_they_did(1, 2, 3)),
        2
    );
    assert_eq!(block_on(attributes_of_parameters(1, &vec![1], 1)), 2);
}

macro_rules! shown {
    () => { impl Display };
}

#[traced]
async fn a_macro_for_a_type() -> shown!() {
    yield_once().await;
    1
}
#[traced]
fn a_macro_for_a_type_of_a_synchronous_one() -> shown!() {
    1
}

#[test]
fn a_macro_may_stand_for_the_type() {
    assert_eq!(block_on(a_macro_for_a_type()).to_string(), "1");
    assert_eq!(a_macro_for_a_type_of_a_synchronous_one().to_string(), "1");
}

#[traced]
fn fused() -> impl FusedFuture<Output = Option<u64>> + Send + UnwindSafe {
    async { REQUEST_ID.get() }.fuse()
}
#[traced]
fn fused_rows() -> impl FusedStream<Item = Option<u64>> + Unpin {
    stream::iter(0..1).map(|_| REQUEST_ID.get()).fuse()
}

#[test]
fn a_fused_future_stays_fused() {
    let mut future = Box::pin(REQUEST_ID.run::<_, async_hooks::Value>(7, fused));
    assert!(!future.is_terminated());
    assert_eq!(block_on(future.as_mut()), Some(7));
    assert!(future.is_terminated());
    let mut rows = REQUEST_ID.run(7, fused_rows);
    assert_eq!(block_on(rows.next()), Some(Some(7)));
    assert_eq!((block_on(rows.next()), rows.is_terminated()), (None, true));
}

#[traced]
fn by_a_name_that_says_nothing() -> Reply<Option<u64>> {
    Box::pin(async { REQUEST_ID.get() })
}
#[traced]
fn rows_by_such_a_name(early: bool) -> Rows {
    if early {
        return stream::empty().boxed();
    }
    stream::iter(0..1).map(|_| REQUEST_ID.get()).boxed()
}
#[traced]
fn unpinned() -> Box<dyn Future<Output = Option<u64>> + Unpin> {
    Box::new(Box::pin(async { REQUEST_ID.get() }))
}
#[traced]
fn unpinned_by_a_name() -> Unpinned {
    Box::new(Box::pin(async { REQUEST_ID.get() }))
}
#[traced]
fn to_be_pinned() -> Box<dyn Future<Output = Option<u64>>> {
    Box::new(async { REQUEST_ID.get() })
}
#[traced]
fn text(n: u8) -> Text {
    if n == 0 {
        return Text::new();
    }
    n.to_string()
}

#[test]
fn whatever_is_a_future_or_a_stream_by_type_is_carried() {
    let made = REQUEST_ID.run(7, || {
        let futures = (
            by_a_name_that_says_nothing(),
            unpinned(),
            unpinned_by_a_name(),
        );
        (futures, to_be_pinned(), rows_by_such_a_name(false))
    });
    let ((one, two, three), four, mut rows) = made;
    assert_eq!(
        [block_on(one), block_on(two), block_on(three)],
        [Some(7); 3]
    );
    assert_eq!(block_on(Box::into_pin(four)), Some(7));
    assert_eq!(block_on(rows.next()), Some(Some(7)));
    assert_eq!(block_on(rows_by_such_a_name(true).next()), None);
}

#[test]
fn an_alias_of_something_else_is_of_a_synchronous_function() {
    let heard = Heard::of(|| assert_eq!((text(0), text(1)), (String::new(), "1".into())));
    #[rustfmt::skip]
    let events = [
        "init text 2<1", "before text", "after text", "destroy text",
        "init text 3<1", "before text", "after text", "destroy text",
    ];
    assert_eq!(heard.lines(), events);
}

/// Inference in returned blocks: each body compiles only if its type is known inside.
mod inferred {
    use super::*;

    #[traced]
    pub(super) fn opaque() -> impl Future<Output = Result<u8, Box<dyn Error>>> {
        async { Ok("1".parse()?) }
    }
    #[traced]
    pub(super) fn after_statements(n: u8) -> impl Future<Output = Result<Vec<u8>, Box<dyn Error>>> {
        let n = n + 1;
        async move {
            let one = "1".parse()?;
            Ok([one, n].into_iter().collect())
        }
    }
    #[traced]
    pub(super) fn alias(n: u8) -> Reply<Result<Vec<u8>, Box<dyn Error + Send + Sync>>> {
        if n == 0 {
            return Box::pin(async { Ok(Default::default()) });
        }
        Box::pin(async move { Ok(["1".parse()?, n].into_iter().collect()) })
    }
    #[traced]
    pub(super) fn boxed() -> Box<dyn Future<Output = Result<u8, Box<dyn Error>>> + Unpin> {
        Box::new(Box::pin(async { Ok("1".parse()?) }))
    }
}

#[test]
fn types_are_inferred_in_returned_blocks() {
    use inferred::{after_statements, alias, boxed, opaque};
    assert_eq!(block_on(opaque()).unwrap(), 1);
    assert_eq!(block_on(after_statements(1)).unwrap(), [1, 2]);
    assert_eq!(block_on(alias(0)).unwrap(), []);
    assert_eq!(block_on(alias(2)).unwrap(), [1, 2]);
    assert_eq!(block_on(boxed()).unwrap(), 1);
}

#[test]
fn auto_traits_are_those_of_the_plain_future() {
    fn check<T: Send + Sync + UnwindSafe + RefUnwindSafe>(value: T) {
        drop(value);
    }
    #[traced]
    async fn nothing() {}
    #[traced(ret)]
    async fn recorded() {}
    check(nothing());
    check(recorded());
}

/// A future that is created where nobody listens is announced at its first poll, and settles.
#[test]
fn a_late_init_settles() {
    #[traced]
    async fn late() -> u8 {
        yield_once().await;
        7
    }
    let events = [
        "before late",
        "after late",
        "before late",
        "resolve late",
        "after late",
    ];
    let heard = Heard::of_late(late).lines();
    assert_eq!(heard[0], "init late 2<1");
    assert_eq!(heard[1..6], events);
    assert_eq!(heard[6..], ["destroy late"]);
}
