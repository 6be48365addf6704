//! The programs, as the vectors write them.

use std::{collections::BTreeMap, sync::Arc};

use async_hooks::AsyncLocalStorage;
use serde::Deserialize;

pub(crate) type Storages = Arc<[AsyncLocalStorage<i64>]>;
pub(crate) type Body = Arc<[Op]>;

pub(crate) fn storages(number: usize) -> Storages {
    (0..number).map(|_| AsyncLocalStorage::new()).collect()
}

/// Every look of a program, in the words of the log.
pub(crate) fn stores(storages: &Storages) -> String {
    let shown = storages
        .iter()
        .map(|storage| storage.get().map_or("-".into(), |value| value.to_string()));
    shown.collect::<Vec<String>>().join(",")
}

#[derive(Deserialize)]
pub(crate) struct SyncProgram {
    pub(crate) seed: u64,
    pub(crate) storages: usize,
    pub(crate) ops: Body,
    pub(crate) log: Vec<String>,
}

#[derive(Deserialize)]
pub(crate) struct TaskProgram {
    pub(crate) seed: u64,
    pub(crate) storages: usize,
    pub(crate) ops: Body,
    pub(crate) logs: BTreeMap<u64, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub(crate) enum Op {
    Hook {
        hook: u64,
        kinds: Vec<String>,
        on: Option<On>,
    },
    Enable {
        hook: u64,
    },
    Disable {
        hook: u64,
    },
    Resource {
        name: u64,
        r#type: String,
        trigger: Option<u64>,
    },
    Run {
        name: u64,
        body: Body,
    },
    StorageRun {
        storage: usize,
        value: i64,
        body: Body,
    },
    StorageExit {
        storage: usize,
        body: Body,
    },
    EnterWith {
        storage: usize,
        value: i64,
    },
    Look,
    Throw,
    Try {
        body: Body,
    },
    Bind {
        name: u64,
        body: Body,
    },
    Call {
        name: u64,
    },
    Snapshot {
        name: u64,
    },
    Restore {
        name: u64,
        body: Body,
    },
    DefaultTrigger {
        name: u64,
        body: Body,
    },
    Defer {
        name: u64,
        body: Body,
    },
    Task {
        name: u64,
        body: Body,
    },
    Yield,
    Join {
        name: u64,
    },
    Sync {
        body: Body,
    },
}

/// What a hook does on the first events of one kind.
#[derive(Deserialize, Clone)]
pub(crate) struct On {
    pub(crate) kind: String,
    pub(crate) times: u32,
    pub(crate) r#do: Body,
}
