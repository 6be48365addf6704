//! Structs of every kind.

use std::{fmt::Display, marker::PhantomData};

use async_hooks::{Resource, async_resource};

use crate::support::{logged, runs_in};
use crate::test;

#[async_resource("NAMED")]
struct Named {
    a: u8,
    b: String,
}

#[async_resource]
impl Named {
    fn new(a: u8) -> Self {
        Self {
            a,
            b: a.to_string(),
        }
    }
    #[async_resource]
    fn look(&self) -> (u8, &str, bool) {
        (self.a, &self.b, runs_in(self))
    }
}

#[async_resource("EMPTY")]
struct Empty {}

#[async_resource]
impl Empty {
    fn new() -> [Self; 2] {
        [Self {}, Empty {}]
    }
}

#[async_resource("NO_FIELDS")]
struct NoFields();

#[async_resource]
impl NoFields {
    fn new() -> [Self; 2] {
        let f = Self;
        [Self(), f()]
    }
}

#[async_resource("TUPLE")]
struct Tuple(u8, String);

#[async_resource]
impl Tuple {
    fn new(a: u8) -> Self {
        Self(a, a.to_string())
    }
    #[async_resource]
    fn look(&self) -> (u8, &str, bool) {
        (self.0, &self.1, runs_in(self))
    }
}

#[async_resource("WRAPPED")]
struct Wrapped<T>(T);

#[async_resource]
impl<T> Wrapped<T> {
    fn new(inner: T) -> Self {
        Wrapped(inner)
    }
    #[async_resource]
    fn into_inner(self) -> T {
        self.0
    }
}

#[async_resource("UNIT")]
struct Unit;

#[async_resource]
impl Unit {
    fn new() -> [Self; 3] {
        [Self, Unit, Self {}]
    }
    #[async_resource]
    fn look(&self) -> bool {
        runs_in(self)
    }
}

#[async_resource("PAIR")]
struct Pair<'a, T: ?Sized, const N: usize>([u8; N], &'a T)
where
    T: Display;

#[async_resource]
impl<'a, T: ?Sized + Display, const N: usize> Pair<'a, T, N> {
    fn new(numbers: [u8; N], text: &'a T) -> Self {
        Pair::<'a, T, N>(numbers, text)
    }
    #[async_resource]
    fn text(&self) -> String {
        assert!(runs_in(self));
        self.1.to_string()
    }
}

#[async_resource("CELL")]
struct Generic<K, V = u8, const N: usize = 2>
where
    K: Clone,
{
    key: K,
    values: [V; N],
    not_send: PhantomData<*const K>,
}

#[async_resource]
impl<K: Clone, V, const N: usize> Generic<K, V, N> {
    fn new(key: K, values: [V; N]) -> Self {
        Generic {
            key,
            values,
            not_send: PhantomData,
        }
    }
}

#[async_resource]
impl Generic<u8> {
    fn of_default() -> Self {
        Generic::<u8> {
            key: 1,
            values: [2, 3],
            not_send: PhantomData,
        }
    }
    #[async_resource]
    fn sum(&self) -> u8 {
        assert!(runs_in(self));
        self.values.iter().sum::<u8>() + self.key
    }
}

mod inner {
    use async_hooks::async_resource;

    #[async_resource("OPEN")]
    pub(crate) struct Open {
        pub(crate) a: u8,
        pub(super) b: u8,
    }

    #[async_resource("OPEN_TUPLE")]
    pub(crate) struct OpenTuple(pub(crate) u8);
}

#[async_resource]
impl inner::Open {
    fn elsewhere(a: u8) -> Self {
        inner::Open { a, b: a }
    }
}

mod sibling {
    use async_hooks::async_resource;

    use super::inner::OpenTuple;

    #[async_resource]
    impl OpenTuple {
        pub(crate) fn elsewhere() -> Option<Self> {
            Some(3).map(Self)
        }
    }
}

#[test]
fn braces() {
    logged(|log| {
        assert_eq!(Named::new(3).look(), (3, "3", true));
        assert_eq!(
            log.take(),
            ["init NAMED 2<1", "before 2", "after 2", "destroy 2"]
        );
        drop(Empty::new());
        assert_eq!(
            log.take(),
            ["init EMPTY 3<1", "init EMPTY 4<1", "destroy 3", "destroy 4"]
        );
    });
}

#[test]
fn parentheses() {
    logged(|log| {
        assert_eq!(Tuple::new(3).look(), (3, "3", true));
        assert_eq!(
            log.take(),
            ["init TUPLE 2<1", "before 2", "after 2", "destroy 2"]
        );
        drop(NoFields::new());
        assert_eq!(log.take().len(), 4);
        assert_eq!(Wrapped::new("x").into_inner(), "x");
        assert_eq!(
            log.take(),
            ["init WRAPPED 5<1", "before 5", "after 5", "destroy 5"]
        );
    });
}

#[test]
fn no_fields_at_all() {
    logged(|log| {
        for unit in Unit::new() {
            assert!(unit.look());
        }
        assert_eq!(log.take().len(), 12);
    });
}

#[test]
fn generics_lifetimes_and_where_clauses() {
    logged(|log| {
        let text = String::from("text");
        assert_eq!(Pair::new([1, 2], text.as_str()).text(), "text");
        assert_eq!(Generic::of_default().sum(), 6);
        assert_eq!(Generic::new("k", ["v"; 3]).values.len(), 3);
        assert_eq!(log.take().len(), 10);
    });
}

#[test]
fn in_other_modules() {
    let open = inner::Open::elsewhere(3);
    assert_eq!((open.a, open.b), (3, 3));
    let tuple = inner::OpenTuple::elsewhere().unwrap();
    assert_eq!(tuple.0, 3);
    assert_ne!(open.async_id(), tuple.async_id());
}

#[test]
fn in_a_function() {
    #[async_resource("LOCAL")]
    struct Local {
        n: u8,
    }
    #[async_resource]
    impl Local {
        fn new() -> Self {
            Self { n: 1 }
        }
    }
    assert_eq!(Local::new().n, 1);
}

#[test]
fn the_traits_that_rustc_derives_by_itself_are_those_of_the_fields() {
    fn send_sync_unpin<T: Send + Sync + Unpin + std::panic::UnwindSafe>() {}
    send_sync_unpin::<Named>();
    send_sync_unpin::<Pair<'_, u8, 3>>();
}
