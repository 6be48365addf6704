//! Programs from the fuzzer's bytes, and which programs can run.

use libfuzzer_sys::arbitrary::{Result, Unstructured};

use crate::program::{Body, On, Op, SyncProgram};

const KINDS: [&str; 3] = ["init", "before", "after"];
/// How many storages a program has at most.
const STORAGES: usize = 4;
/// How many bodies stand in each other at most.
const DEEPEST: usize = 6;

pub(crate) fn program(bytes: &[u8]) -> Result<SyncProgram> {
    let bytes = &mut Unstructured::new(bytes);
    Ok(SyncProgram {
        seed: 0,
        storages: STORAGES,
        ops: body(bytes, 0)?,
        log: Vec::new(),
    })
}

fn body(bytes: &mut Unstructured<'_>, depth: usize) -> Result<Body> {
    let most = if depth < DEEPEST { 8 } else { 0 };
    (0..bytes.int_in_range(0..=most)?)
        .map(|_| op(bytes, depth + 1))
        .collect()
}

/// Hooks, resources, functions and snapshots have few names, so that ops meet.
fn name(bytes: &mut Unstructured<'_>) -> Result<u64> {
    bytes.int_in_range(0..=3)
}

fn op(bytes: &mut Unstructured<'_>, depth: usize) -> Result<Op> {
    let storage = bytes.int_in_range(0..=STORAGES - 1)?;
    let value = i64::from(bytes.arbitrary::<u8>()?);
    let name = name(bytes)?;
    Ok(match bytes.int_in_range(0..=17)? {
        0 => hook(bytes, name)?,
        1 | 2 => Op::Enable { hook: name },
        3 => Op::Disable { hook: name },
        4 => resource(bytes, name)?,
        5 => Op::Run {
            name,
            body: body(bytes, depth)?,
        },
        6 => Op::StorageRun {
            storage,
            value,
            body: body(bytes, depth)?,
        },
        7 => Op::StorageExit {
            storage,
            body: body(bytes, depth)?,
        },
        8 => Op::EnterWith { storage, value },
        9 => Op::Throw,
        17 => Op::Look,
        10 => Op::Try {
            body: body(bytes, depth)?,
        },
        11 => Op::Bind {
            name,
            body: body(bytes, depth)?,
        },
        12 => Op::Call { name },
        13 => Op::Snapshot { name },
        14 => Op::Restore {
            name,
            body: body(bytes, depth)?,
        },
        15 => Op::DefaultTrigger {
            name,
            body: body(bytes, depth)?,
        },
        _ => Op::Defer {
            name,
            body: body(bytes, depth)?,
        },
    })
}

fn hook(bytes: &mut Unstructured<'_>, hook: u64) -> Result<Op> {
    let mut kinds = KINDS.map(str::to_owned).to_vec();
    kinds.truncate(bytes.int_in_range(1..=KINDS.len())?);
    let on = match bytes.arbitrary()? {
        true => Some(On {
            kind: (*bytes.choose(&KINDS)?).to_owned(),
            times: bytes.int_in_range(0..=3)?,
            r#do: toggles(bytes)?,
        }),
        false => None,
    };
    Ok(Op::Hook { hook, kinds, on })
}

fn toggles(bytes: &mut Unstructured<'_>) -> Result<Body> {
    (0..bytes.int_in_range(0..=3)?)
        .map(|_| {
            let hook = name(bytes)?;
            Ok(match bytes.arbitrary()? {
                true => Op::Enable { hook },
                false => Op::Disable { hook },
            })
        })
        .collect()
}

fn resource(bytes: &mut Unstructured<'_>, name: u64) -> Result<Op> {
    let trigger = match bytes.arbitrary()? {
        true => Some(self::name(bytes)?),
        false => None,
    };
    let r#type = (*bytes.choose(&["A", "B"])?).to_owned();
    Ok(Op::Resource {
        name,
        r#type,
        trigger,
    })
}

/// Says whether a program keeps to the format, and ends soon.
pub(crate) fn can_run(program: &SyncProgram) -> bool {
    let mut look = Look {
        storages: program.storages,
        calls: 0,
    };
    program.storages <= 16 && look.body(&program.ops, false)
}

struct Look {
    storages: usize,
    /// Calls in functions.
    calls: usize,
}

impl Look {
    fn body(&mut self, body: &Body, in_function: bool) -> bool {
        body.iter().all(|op| self.op(op, in_function))
    }

    fn op(&mut self, op: &Op, in_function: bool) -> bool {
        match op {
            Op::Hook { kinds, on, .. } => {
                let known = |kind: &String| KINDS.contains(&kind.as_str());
                kinds.iter().all(known) && on.iter().all(|on| on.r#do.iter().all(toggles_only))
            }
            Op::Resource { r#type, .. } => !r#type.is_empty(),
            Op::EnterWith { storage, .. } => *storage < self.storages,
            Op::StorageRun { storage, body, .. } | Op::StorageExit { storage, body } => {
                *storage < self.storages && self.body(body, in_function)
            }
            // functions that call each other take time without end, as one that defers itself does
            Op::Call { .. } => {
                self.calls += usize::from(in_function);
                self.calls <= 8
            }
            Op::Defer { body, .. } => !in_function && self.body(body, in_function),
            Op::Bind { body, .. } => self.body(body, true),
            Op::Run { body, .. }
            | Op::Try { body }
            | Op::Restore { body, .. }
            | Op::DefaultTrigger { body, .. } => self.body(body, in_function),
            Op::Enable { .. } | Op::Disable { .. } | Op::Look | Op::Throw | Op::Snapshot { .. } => {
                true
            }
            Op::Task { .. } | Op::Yield | Op::Join { .. } | Op::Sync { .. } => false,
        }
    }
}

fn toggles_only(op: &Op) -> bool {
    matches!(op, Op::Enable { .. } | Op::Disable { .. })
}
