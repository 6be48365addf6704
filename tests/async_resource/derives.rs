//! Derives below the attribute, and hand-written impls of the same traits.

#![allow(
    clippy::mutable_key_type,
    reason = "the resource, which is atomic inside, has no part in comparing and hashing"
)]

use std::{
    collections::{BTreeSet, HashSet},
    hash::{DefaultHasher, Hash, Hasher},
};

use async_hooks::{Resource, async_resource};

use crate::support::logged;
use crate::test;

#[async_resource("ALL")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct All {
    name: String,
    n: u32,
}

#[async_resource("TUPLE")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Tuple(u8, u8);

#[async_resource("UNIT")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Unit;

#[async_resource("GENERIC")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Generic<T>(T);

#[async_resource("APART")]
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(all(), derive(Default, Eq))]
#[cfg_attr(any(), derive(Missing))]
struct Apart {
    n: u8,
}

#[async_resource]
impl All {
    fn new(n: u32) -> Self {
        Self {
            name: n.to_string(),
            n,
        }
    }
}

#[test]
fn clone_makes_a_new_resource_triggered_by_the_original() {
    logged(|log| {
        let one = All::new(1);
        let two = one.clone();
        assert_eq!(one, two);
        assert_eq!(two.trigger_async_id(), one.async_id());
        assert_eq!(log.take(), ["init ALL 2<1", "init ALL 3<2"]);
        drop((one, two));
        assert_eq!(log.take(), ["destroy 2", "destroy 3"]);
    });
}

#[test]
fn default_makes_a_new_resource() {
    logged(|log| {
        let all = (All::default(), Tuple::default(), Unit::default());
        assert_eq!(
            log.take(),
            ["init ALL 2<1", "init TUPLE 3<1", "init UNIT 4<1"]
        );
        drop(all);
        drop((Generic::<u8>::default(), Apart::default().n));
    });
}

#[test]
fn debug_does_not_show_the_resource() {
    let all = All::new(1);
    assert_eq!(format!("{all:?}"), r#"All { name: "1", n: 1 }"#);
    assert_eq!(format!("{:?}", Tuple::default()), "Tuple(0, 0)");
    assert_eq!(
        format!("{:?} {:?}", Unit::default(), Apart::default()),
        "Unit Apart { n: 0 }"
    );
    assert_eq!(
        format!("{:?}", Generic::<&str>::default().map_len()),
        "Generic(0)"
    );
}

#[async_resource]
impl Generic<&str> {
    #[async_resource]
    fn map_len(self) -> Generic<usize> {
        Generic(self.0.len())
    }
}

#[test]
fn comparing_and_hashing_leave_the_resource_out() {
    let hash = |value: &All| {
        let mut hasher = DefaultHasher::new();
        value.hash(&mut hasher);
        hasher.finish()
    };
    let (one, same, more) = (All::new(1), All::new(1), All::new(2));
    assert_ne!(one.async_id(), same.async_id());
    assert!(one == same && one != more && one < more);
    assert_eq!(hash(&one), hash(&same));
    let sorted: BTreeSet<_> = [more.clone(), one.clone(), same.clone()].into();
    assert_eq!(sorted.iter().map(|all| all.n).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(HashSet::from([one, same, more]).len(), 2);
    assert_eq!(Unit::default(), Unit::default());
}

#[async_resource("BY_HAND")]
struct Manual {
    n: u8,
}

#[async_resource]
impl Manual {
    fn new(n: u8) -> Self {
        Self { n }
    }
}

#[async_resource]
impl Default for Manual {
    fn default() -> Self {
        Self { n: 3 }
    }
}

#[async_resource]
impl Clone for Manual {
    fn clone(&self) -> Self {
        Self { n: self.n }
    }
}

#[async_resource]
impl PartialEq for Manual {
    fn eq(&self, other: &Self) -> bool {
        let (Self { n }, Manual { n: theirs }) = (self, other);
        n == theirs
    }
}

#[test]
fn manual_impls_are_annotated() {
    logged(|log| {
        let one = Manual::default();
        let two = one.clone();
        assert_eq!(
            log.take(),
            [
                "init BY_HAND 2<1",
                "before 2",
                "init BY_HAND 3<2",
                "after 2"
            ]
        );
        assert!(one == two && two != Manual::new(4));
    });
}
