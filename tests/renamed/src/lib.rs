//! An application of tokio's, migrated by one line of its `Cargo.toml`: the tests are in `tests/`.
