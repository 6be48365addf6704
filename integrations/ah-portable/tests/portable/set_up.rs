//! Which storages can be carried.

use ah_portable::Portable;
use ah_testing::test;
use async_hooks::AsyncLocalStorage;

use crate::support::{CONTEXT, TENANT};

static UNNAMED: AsyncLocalStorage<u8> = AsyncLocalStorage::new();
static SPACED: AsyncLocalStorage<u8> = AsyncLocalStorage::builder().name("a b").shown().build();
static TOKEN: AsyncLocalStorage<String> = AsyncLocalStorage::builder().name("token").build();
static LOUD: AsyncLocalStorage<u8> = AsyncLocalStorage::builder().name("TENANT").shown().build();

#[test]
fn a_storage_without_a_usable_name_is_refused_at_set_up() {
    let refused = |portable: Result<Portable, _>| {
        portable
            .map(drop)
            .map_err(|error: ah_portable::PortableError| error.to_string())
    };
    assert_eq!(
        refused(Portable::new().try_with_secret(&UNNAMED)),
        Err(
            "the storage has no name: create it by `AsyncLocalStorage::builder().name(…)`"
                .to_owned()
        )
    );
    assert_eq!(
        refused(Portable::new().try_with(&SPACED)),
        Err("the storage's name \"a b\" has other characters than ASCII letters, digits, `_`, `-` and `.`".to_owned())
    );
    let taken = |name| {
        Err(format!(
            "the name `{name}` cannot be distinguished from `tenant`, which is carried already: give the storage another one"
        ))
    };
    assert_eq!(refused(CONTEXT.clone().try_with(&TENANT)), taken("tenant"));
    assert_eq!(refused(CONTEXT.clone().try_with(&LOUD)), taken("TENANT"));
}

#[test]
#[should_panic(expected = "the storage has no name")]
fn with_panics_where_try_with_fails() {
    let _ = Portable::new().with(&UNNAMED);
}

/// A store that is not shown may be secret.
#[test]
fn secrets_are_carried_only_if_that_is_said() {
    let error = Portable::new()
        .try_with(&TOKEN)
        .map(drop)
        .expect_err("it is not shown");
    assert_eq!(
        error.to_string(),
        "the stores of `token` may be secret: create it with `.shown()`, or carry it by `with_secret`"
    );
    let asked = Portable::new().with_secret(&TOKEN);
    let json = TOKEN.run("s3cret".to_owned(), || {
        (CONTEXT.capture().to_json(), asked.capture().to_json())
    });
    assert_eq!(
        (json.0.expect("a form"), json.1.expect("a form")),
        ("{}".to_owned(), r#"{"token":"s3cret"}"#.to_owned())
    );
}
