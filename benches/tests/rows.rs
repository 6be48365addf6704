//! The benchmarks as a program.

use std::process::{Command, Output};

use serde_json::Value;

/// What scripts ask for.
const NAMES: [&str; 44] = [
    "read_1",
    "read_8",
    "read_100",
    "run_1",
    "run_8",
    "run_100",
    "poll_scope",
    "poll_traced_off",
    "traced_off",
    "traced_counting",
    "traced_empty",
    "traced_counting_vs_layer",
    "traced_sync_off",
    "resource_new_0",
    "resource_new_100",
    "resource_scope",
    "snapshot_capture",
    "capture_hiding",
    "capture_guarded",
    "snapshot_run",
    "spawn_join",
    "threads_2",
    "threads_2_store",
    "shared_frame_4",
    "http_overhead",
    "inspect_off_read_unset",
    "inspect_clock",
    "inspect_event",
    "inspect_resource",
    "inspect_http",
    "inspect_ps_100000",
    "inspect_take_100000",
    "nested_1000",
    "await_storages_100",
    "await_hooks_all",
    "grow_hooks_64",
    "grow_depth_10000",
    "v8_write",
    "v8_read",
    "w3c_read",
    "w3c_write",
    "tower_request",
    "bridge_unused",
    "bridge_poll",
];

fn ah_bench(words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ah-bench"));
    command.args(words).output().expect("it is built")
}

#[test]
fn tr_10_all_benchmarks_run_once() {
    let file = format!("{}/all.json", env!("CARGO_TARGET_TMPDIR"));
    let output = ah_bench(&["--test", "--json", &file]);
    assert!(output.status.success(), "{output:?}");

    let json = std::fs::read_to_string(file).expect("it was written");
    let rows: Vec<Value> = serde_json::from_str(&json).expect("it is JSON");
    for name in NAMES {
        let row = rows.iter().find(|row| row["name"] == name);
        let row = row.unwrap_or_else(|| panic!("there is no {name}"));
        assert!(row["ours_ns"].is_f64(), "{row}");
        for key in ["peer", "peer_ns", "ratio", "target", "judged_by"] {
            assert!(row.get(key).is_some(), "{row}");
        }
    }
}

#[test]
fn a_name_chooses_a_row_and_those_with_other_peers() {
    let output = ah_bench(&["--test", "run_1"]);
    let table = String::from_utf8_lossy(&output.stdout);
    let names: Vec<&str> = table
        .lines()
        .filter_map(|line| line.split(' ').next())
        .filter(|name| name.starts_with("run_"))
        .filter(|name| *name != "run_1_vs_node") // not on every machine
        .collect();
    assert_eq!(names, ["run_1", "run_1_vs_tokio", "run_1_vs_dcontext"]);
}

#[test]
fn unknown_rows_and_options_are_refused() {
    for (words, told) in [
        (&["--test", "run_9"][..], "there is no row run_9"),
        (&["--fast"], "unknown option --fast"),
        (&["--json"], "--json needs a file"),
    ] {
        let output = ah_bench(words);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(
            !output.status.success() && stderr.contains(told),
            "{stderr}"
        );
    }
}
