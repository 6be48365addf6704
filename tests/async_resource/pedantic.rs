//! Generated code is nothing that a lint of the user's complains of.

#![deny(
    warnings,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::allow_attributes,
    clippy::allow_attributes_without_reason,
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    clippy::shadow_same,
    clippy::partial_pub_fields,
    clippy::semicolon_inside_block,
    missing_docs,
    missing_debug_implementations,
    unused,
    unused_lifetimes,
    unused_qualifications,
    unreachable_pub,
    single_use_lifetimes,
    trivial_casts,
    let_underscore_drop,
    elided_lifetimes_in_paths,
    explicit_outlives_requirements
)]
#![expect(
    clippy::redundant_pub_crate,
    reason = "rustc's `unreachable_pub` wants the contrary"
)]

use async_hooks::{Resource, async_resource};
use serde::{Deserialize, Serialize};

use crate::support::{block_on, yield_once};
use crate::test;

/// A thing.
#[async_resource("THING", manual_destroy, fields(a = 1, b = %"x"))]
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct Thing {
    /// Its number.
    pub(crate) n: u8,
}

/// A pair.
#[async_resource("PAIR")]
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct Pair<T>(pub(crate) T, pub(crate) u8);

/// New.
#[async_resource("NEW")]
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct New<T>(pub(crate) T);

/// Nothing.
#[async_resource("UNIT")]
#[derive(Clone, Debug, Default)]
#[deprecated]
pub(crate) struct Unit;

#[async_resource]
impl Thing {
    pub(crate) fn new(n: u8) -> Self {
        Self { n }
    }
    pub(crate) fn look(&self, callback: impl FnOnce(u8) -> bool) -> bool {
        use std::ops::Not as _;
        const fn inner() -> bool {
            true
        }
        callback(self.n).not() && inner()
    }
    pub(crate) fn change(&mut self, n: u8) -> &mut Self {
        self.n = n;
        self
    }
    pub(crate) async fn later(&self, n: u8, _unused: u8) -> u8 {
        yield_once().await;
        self.n | n
    }
    pub(crate) async fn nothing(&self) {
        yield_once().await;
    }
    pub(crate) async fn fallible(self, text: &str) -> Result<u8, std::num::ParseIntError> {
        let n: u8 = text.parse()?;
        Ok(self.n | n)
    }
    pub(crate) fn lazily(&self) -> impl Future<Output = u8> + '_ {
        async { self.n }
    }
    #[async_resource(trigger = self.async_id())]
    pub(crate) fn child(&self) -> Self {
        Self { n: self.n }
    }
}

#[async_resource]
impl<T> Pair<T> {
    pub(crate) fn first(&self) -> &T {
        let Self(t, _) = self;
        t
    }
    pub(crate) fn new(t: T, n: u8) -> Self {
        let make = Self;
        make(t, n)
    }
}

#[async_resource]
impl<T> New<T> {
    pub(crate) fn all(all: impl IntoIterator<Item = T>) -> Vec<Self> {
        all.into_iter().map(Self).collect()
    }
}

#[async_resource]
#[expect(deprecated, reason = "the user's own use")]
impl Unit {
    pub(crate) fn new() -> Self {
        Self
    }
}

#[test]
#[expect(deprecated, reason = "the user's own use")]
fn case_26_no_lint_complains() {
    let mut thing = Thing::new(1);
    ah_testing::exempt(2.into()); // it and its child are destroyed manually only
    ah_testing::exempt(3.into());
    assert!(!thing.look(|n| n == 1));
    thing.change(2).change(4);
    assert_eq!(block_on(thing.later(1, 0)) | block_on(thing.lazily()), 5);
    block_on(thing.nothing());
    assert_eq!(thing.child().trigger_async_id(), thing.async_id());
    assert_eq!(block_on(thing.fallible("1")), Ok(5));
    assert_eq!((Pair::new("a", 1).1, *Pair::new("a", 1).first()), (1, "a"));
    assert_eq!(New::all([1, 2]).len(), 2);
    assert_ne!(Unit::new().async_id(), Unit::default().async_id());
}
