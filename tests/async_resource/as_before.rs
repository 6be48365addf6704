//! What a user can see of a method or of a struct stays as it was without the attribute.

#![expect(
    clippy::init_numbered_fields,
    clippy::useless_vec,
    reason = "literals by number are what is tested, also in a macro"
)]

use std::{
    future::{Future, ready},
    panic::Location,
    pin::Pin,
    sync::Mutex,
};

use ::futures::{
    FutureExt as _, StreamExt as _,
    future::{BoxFuture, FusedFuture},
    stream::{self, BoxStream, Stream},
};
use async_hooks::{AsyncId, Resource as _, async_resource};

use crate::support::{REQUEST_ID, block_on};
use crate::test;

type Reply<T> = Pin<Box<dyn Future<Output = T> + Send>>;
type Rows = Pin<Box<dyn Stream<Item = Option<u64>> + Send>>;
type Text = String;

#[async_resource("QUERY")]
struct Query {
    list: Vec<u8>,
}

#[async_resource]
impl Query {
    fn new() -> Self {
        Self { list: vec![1] }
    }
    #[track_caller]
    pub fn line(&self) -> u32 {
        Location::caller().line()
    }
    #[track_caller]
    pub fn line_later(&self) -> impl Future<Output = u32> + use<> {
        let line = Location::caller().line();
        async move { line }
    }
    #[track_caller]
    pub fn line_in_a_box(&self, early: bool) -> BoxFuture<'static, u32> {
        let line = Location::caller().line();
        if early {
            return Box::pin(ready(line));
        }
        Box::pin(async move { line })
    }
    #[track_caller]
    pub fn line_by_a_name(&self, early: bool) -> Reply<u32> {
        let line = Location::caller().line();
        if early {
            return Box::pin(ready(line));
        }
        Box::pin(async move { line })
    }
    pub fn push(&mut self) -> Pin<Box<dyn Future<Output = &mut u8> + '_>> {
        self.list.push(1);
        Box::pin(async { &mut self.list[0] })
    }
    pub fn rows(&self) -> impl Stream<Item = Option<u64>> + use<> {
        stream::iter(0..1).map(|_| REQUEST_ID.get())
    }
    pub fn rows_in_a_box(&self) -> BoxStream<'static, Option<u64>> {
        stream::iter(0..1).map(|_| REQUEST_ID.get()).boxed()
    }
    pub fn rows_by_a_name(&self, early: bool) -> Rows {
        if early {
            return stream::empty().boxed();
        }
        stream::iter(0..1).map(|_| REQUEST_ID.get()).boxed()
    }
    pub fn by_a_name(&self) -> Reply<Option<u64>> {
        Box::pin(async { REQUEST_ID.get() })
    }
    pub fn unpinned(&self) -> Box<dyn Future<Output = Option<u64>> + Send + Unpin> {
        Box::new(Box::pin(async { REQUEST_ID.get() }))
    }
    pub fn fused(&self) -> impl FusedFuture<Output = Option<u64>> + use<> {
        async { REQUEST_ID.get() }.fuse()
    }
    pub fn text(&self) -> Text {
        format!("{:?}", REQUEST_ID.get())
    }
    pub async fn attributes(&self, #[expect(unused_variables)] one: u8) -> usize {
        self.list.len()
    }
    pub fn temporary(&self) -> u8 {
        Temporary.one() + self.list[0]
    }
    #[must_use]
    pub async fn must_be_used(&self) -> usize {
        self.list.len()
    }
}

#[test]
fn the_caller_is_the_caller() {
    let query = Query::new();
    #[rustfmt::skip]
    let said = [
        query.line(), block_on(query.line_later()), block_on(query.line_in_a_box(true)), block_on(query.line_in_a_box(false)),
        block_on(query.line_by_a_name(true)), block_on(query.line_by_a_name(false)),
    ];
    assert!(said[..4].iter().all(|line| *line == said[0]), "{said:?}");
    assert!(
        said[4..].iter().all(|line| *line == said[0] + 1),
        "{said:?}"
    );
}

#[test]
fn a_block_without_move_borrows_the_object() {
    let mut query = Query::new();
    *block_on(query.push()) += 1;
    assert_eq!(query.list, [2, 1]);
}

#[test]
fn whatever_is_a_future_or_a_stream_by_type_runs_in_the_scope() {
    let query = REQUEST_ID.run(7, Query::new);
    let row = Some(Some(7));
    assert_eq!(block_on(Box::pin(query.rows()).next()), row);
    assert_eq!(block_on(query.rows_in_a_box().next()), row);
    assert_eq!(block_on(query.rows_by_a_name(false).next()), row);
    assert_eq!(block_on(query.rows_by_a_name(true).next()), None);
    assert_eq!(block_on(query.by_a_name()), Some(7));
    assert_eq!(block_on(query.unpinned()), Some(7));
    assert_eq!(block_on(query.fused()), Some(7));
    assert_eq!(query.text(), "Some(7)");
    assert_eq!(
        block_on(query.attributes(1)) + block_on(query.must_be_used()),
        2
    );
}

static SEEN: Mutex<Option<AsyncId>> = Mutex::new(None);

struct Temporary;

impl Temporary {
    fn one(&self) -> u8 {
        1
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        *SEEN.lock().unwrap() = Some(async_hooks::execution_async_id());
    }
}

#[test]
fn temporaries_of_the_last_expression_are_dropped_in_the_scope() {
    let query = Query::new();
    assert_eq!(query.temporary(), 2);
    assert_eq!(*SEEN.lock().unwrap(), Some(query.async_id()));
}

#[async_resource("PAIR")]
struct Pair(u8, u8);

#[async_resource]
impl Pair {
    fn new() -> Self {
        Self { 0: 1, 1: 2 }
    }
    fn sum(&self) -> u8 {
        let Self { 0: one, 1: other } = self;
        one + other
    }
}

#[test]
fn a_tuple_struct_may_be_written_with_braces() {
    assert_eq!(Pair::new().sum(), 3);
}

mod elsewhere {
    use async_hooks::async_resource;

    #[async_resource("HALF_HIDDEN")]
    #[derive(Debug)]
    pub(super) struct HalfHidden {
        pub(super) seen: u8,
        hidden: u8,
    }

    #[async_resource]
    impl HalfHidden {
        pub(super) fn new() -> Self {
            Self { seen: 1, hidden: 2 }
        }
        pub(super) fn sum(&self) -> u8 {
            self.seen + self.hidden
        }
    }
}

/// The hidden field is seen by whoever sees all others: here by nobody, though one of them is seen.
#[test]
fn a_hidden_field_is_as_private_as_the_most_private_one() {
    let made = elsewhere::HalfHidden::new();
    let elsewhere::HalfHidden { seen, .. } = &made;
    assert_eq!((*seen, made.sum()), (1, 3));
}

/// A function of a test module, which makes objects by literals.
#[async_resource]
fn made_by_a_function() -> Result<Query, String> {
    Ok(Query { list: vec![3] })
}

#[test]
#[async_resource(Query, Pair)]
fn a_test_makes_objects_by_literals() {
    let query = Query { list: vec![1] };
    let pairs = vec![Pair(1, 2), Pair { 0: 3, 1: 4 }];
    let Pair(one, _) = &pairs[0];
    assert_eq!((query.list.len(), *one), (1, 1));
    assert_ne!(pairs[0].async_id(), pairs[1].async_id());
    assert_eq!(made_by_a_function().unwrap().list, [3]);
}
