//! Stores of all sorts of types pass through every carrier, or are refused where one has no form for them.

use std::{collections::BTreeMap, net::Ipv4Addr};

use ah_portable::{ContextMap, Portable};
use ah_testing::test;
use ah_w3c::Baggage;
use async_hooks::AsyncLocalStorage;
use serde::{Deserialize, Serialize};

use crate::support::nothing_is_refused;

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
struct User {
    id: u64,
    name: Option<String>,
    roles: Vec<Role>,
    scores: BTreeMap<i32, f64>,
    address: Ipv4Addr,
    pair: (bool, char),
    nothing: (),
    data: Vec<u8>,
    large: u64,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
enum Role {
    Admin,
    Of(String),
    Both(u8, u8),
    Until { year: u16 },
}

static USER: AsyncLocalStorage<User> = AsyncLocalStorage::builder().name("user").build();
static ROLE: AsyncLocalStorage<Role> = AsyncLocalStorage::builder().name("role").build();
static MAYBE: AsyncLocalStorage<Option<String>> =
    AsyncLocalStorage::builder().name("maybe").build();

fn user() -> User {
    User {
        id: 7,
        name: Some("Amélie".to_owned()),
        roles: vec![
            Role::Admin,
            Role::Of("shop".to_owned()),
            Role::Both(1, 2),
            Role::Until { year: 2030 },
        ],
        scores: BTreeMap::from([(-1, 0.5), (2, 1.0)]),
        address: Ipv4Addr::LOCALHOST,
        pair: (true, 'é'),
        nothing: (),
        data: vec![0, 255],
        large: u64::MAX,
    }
}

/// Sends a map by V8's format, JSON and baggage. Returns what arrived.
fn sent(portable: &Portable, map: &ContextMap) -> [ContextMap; 3] {
    let v8 = map.to_v8().expect("a form");
    let json = map.to_json().expect("a form");
    let baggage = map.to_baggage(&Baggage::default(), nothing_is_refused);
    [
        portable
            .from_v8(&v8, nothing_is_refused)
            .expect("a context"),
        portable
            .from_json(json.as_bytes(), nothing_is_refused)
            .expect("a context"),
        portable.from_baggage(&baggage, nothing_is_refused),
    ]
}

#[test]
fn a_struct_of_all_sorts() {
    let portable = Portable::new().with_secret(&USER);
    let map = USER.run(user(), || portable.capture());
    for arrived in sent(&portable, &map) {
        assert_eq!(arrived.run(|| USER.get()), Some(user()));
    }
}

#[test]
fn every_kind_of_variant() {
    let portable = Portable::new().with_secret(&ROLE);
    for role in user().roles {
        let map = ROLE.run(role.clone(), || portable.capture());
        for arrived in sent(&portable, &map) {
            assert_eq!(arrived.run(|| ROLE.get()), Some(role.clone()));
        }
    }
}

/// A type that has nothing as a value keeps it. The text of a word that means nothing is another one's.
#[test]
fn an_optional_store() {
    let portable = Portable::new().with_secret(&MAYBE);
    for store in [None, Some("a".to_owned())] {
        let map = MAYBE.run(store.clone(), || portable.capture());
        for arrived in sent(&portable, &map) {
            assert_eq!(arrived.run(|| MAYBE.get()), Some(store.clone()));
        }
    }
    let map = MAYBE.run(Some("null".to_owned()), || portable.capture());
    let mut refused = Vec::new();
    assert!(
        map.to_baggage(&Baggage::default(), |why| refused.push(why.to_string()))
            .is_empty()
    );
    assert_eq!(
        refused,
        [
            "the store of `maybe` is refused: it would be read as another one, since it has no text of its own"
        ]
    );
    let json = map.to_json().expect("a form");
    let arrived = portable
        .from_json(json.as_bytes(), nothing_is_refused)
        .expect("a context");
    assert_eq!(arrived.run(|| MAYBE.get()), Some(Some("null".to_owned())));
}

static PAIRS: AsyncLocalStorage<BTreeMap<(u8, u8), u8>> =
    AsyncLocalStorage::builder().name("pairs").build();

/// JSON has no such keys, V8 has.
#[test]
fn a_store_without_a_form_is_named() {
    let portable = Portable::new().with_secret(&ROLE).with_secret(&PAIRS);
    let pairs = BTreeMap::from([((1, 2), 3)]);
    let map = PAIRS.run(pairs.clone(), || {
        ROLE.run(Role::Admin, || portable.capture())
    });
    let error = map.to_json().expect_err("no form");
    assert_eq!(
        error.to_string(),
        "the store of `pairs` is refused: it has no form in JSON"
    );
    let bytes = map.to_v8().expect("a form");
    let arrived = portable
        .from_v8(&bytes, nothing_is_refused)
        .expect("a context");
    assert_eq!(arrived.run(|| PAIRS.get()), Some(pairs));
}
