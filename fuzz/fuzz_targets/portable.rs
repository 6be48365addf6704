//! `ah_portable`, on bytes: as V8's format, as JSON (and the same in V8's format) and as baggage. What is accepted is the same
//! when it was sent on by each carrier; what is refused is named, and nothing of it is shown.

#![no_main]

use std::{collections::BTreeMap, sync::LazyLock};

use ah_portable::{ContextMap, Portable, Refused};
use ah_w3c::Baggage;
use async_hooks::AsyncLocalStorage;
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize)]
struct User {
    id: i128,
    name: Option<String>,
    roles: Vec<Role>,
    pair: (bool, char),
    by_number: BTreeMap<u16, Box<[i8]>>,
}

#[derive(Clone, Serialize, Deserialize)]
enum Role {
    Admin,
    Of(String),
    Both(u8, u8),
    Until { year: Option<u16> },
    Within(Box<Role>),
}

static ID: AsyncLocalStorage<u64> = AsyncLocalStorage::builder().name("i").build();
static TEXT: AsyncLocalStorage<String> = AsyncLocalStorage::builder().name("t").build();
static MAYBE: AsyncLocalStorage<Option<Option<char>>> =
    AsyncLocalStorage::builder().name("m").build();
static USER: AsyncLocalStorage<User> = AsyncLocalStorage::builder().name("u").build();
static ROLE: AsyncLocalStorage<Role> = AsyncLocalStorage::builder().name("r").build();
static RATIO: AsyncLocalStorage<f64> = AsyncLocalStorage::builder().name("f").build();

/// Without numbers that JSON does not have.
static EXACT: LazyLock<Portable> = LazyLock::new(|| {
    let texts = Portable::new().with_secret(&TEXT).with_secret(&MAYBE);
    texts.with_secret(&ID).with_secret(&USER).with_secret(&ROLE)
});
static ALL: LazyLock<Portable> = LazyLock::new(|| EXACT.clone().with_secret(&RATIO));

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(map) = ALL.from_v8(bytes, named) {
        check(&map);
    }
    if let Ok(map) = ALL.from_json(bytes, named) {
        check(&map);
    }
    if let Ok(value) = serde_json::from_slice::<serde_json::Value>(bytes) {
        let bytes = ah_v8::to_vec(&value).expect("what JSON has");
        if let Ok(map) = ALL.from_v8(&bytes, named) {
            check(&map);
        }
    }
    if let Ok(baggage) = Baggage::read([bytes]) {
        check(&ALL.from_baggage(&baggage, named));
    }
});

fn named(refused: Refused) {
    assert!(["i", "t", "m", "u", "r", "f"].contains(&refused.name()));
    // in words of ours and the types', whatever came
    assert!(refused.to_string().len() < 300 && !refused.to_string().contains('\n'));
}

fn check(map: &ContextMap) {
    let bytes = map.to_v8().expect("a form in V8's format");
    let again = ALL.from_v8(&bytes, never).expect("what was written");
    assert_eq!(again.to_v8().expect("a form"), bytes);

    let exact = map.run(|| EXACT.capture());
    let Ok(json) = exact.to_json() else { return }; // a key of more than 64 bits
    let again = EXACT.from_json(json.as_bytes(), never);
    assert_eq!(
        again.expect("what was written").to_json().expect("a form"),
        json
    );

    let baggage = exact.to_baggage(&Baggage::default(), named);
    assert!(baggage.as_str().len() <= 8192 && baggage.iter().count() <= 64);
    let again = EXACT.from_baggage(&baggage, never);
    assert!(again.names().eq(baggage.iter().map(|member| member.key())));
    assert_eq!(again.to_baggage(&Baggage::default(), never), baggage);
}

fn never(refused: Refused) {
    panic!("{refused}");
}
