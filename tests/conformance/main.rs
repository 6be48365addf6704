//! Replays what Node.js logged for random programs over its async hooks and storages, and compares line for line, under the laws of events.
//!
//! The format is described in `vectors/README.md`. If `AH_VECTORS` names a directory, its `sync.jsonl` and `tasks.jsonl`
//! are replayed instead of the built-in ones.

mod program;
mod sync;
mod tasks;

use std::{fs, path::PathBuf};

use ah_testing::test;

fn lines(file: &str) -> Vec<String> {
    let built_in = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/vectors");
    let path = std::env::var_os("AH_VECTORS")
        .map_or_else(built_in, PathBuf::from)
        .join(file);
    let text =
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(str::to_owned)
        .collect()
}

#[test]
fn sync_programs_log_what_node_logged() {
    let lines = lines("sync.jsonl");
    assert!(!lines.is_empty());
    for line in &lines {
        let program: program::SyncProgram = serde_json::from_str(line).expect("a program");
        let seed = program.seed;
        let (log, expected) = sync::replay(program);
        assert_eq!(log, expected, "program with seed {seed}");
    }
}

#[test]
fn task_programs_see_what_node_saw_on_a_local_pool() {
    replay_tasks(tasks::on_local_pool);
}

#[test]
fn task_programs_see_what_node_saw_on_tokio_current_thread() {
    replay_tasks(tasks::on_tokio_current_thread);
}

#[test]
fn task_programs_see_what_node_saw_on_tokio_multi_thread() {
    replay_tasks(tasks::on_tokio_multi_thread);
}

#[cfg(tokio_unstable)]
#[test]
fn plain_tasks_see_what_node_saw_by_the_hooks_of_their_runtime() {
    replay_tasks(|program| {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        tasks::by_hooks(&mut builder, program)
    });
    replay_tasks(|program| {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        tasks::by_hooks(builder.worker_threads(4), program)
    });
}

fn replay_tasks(replay: fn(program::TaskProgram) -> (tasks::Logs, tasks::Logs)) {
    let lines = lines("tasks.jsonl");
    assert!(!lines.is_empty());
    for line in &lines {
        let program: program::TaskProgram = serde_json::from_str(line).expect("a program");
        let seed = program.seed;
        let (logs, expected) = replay(program);
        assert_eq!(logs, expected, "program with seed {seed}");
    }
}
