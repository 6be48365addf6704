//! Bubbleprof: lives that begin and end, each with a stack.

use ah_inspect::{Recording, export::bubbleprof};
use serde_json::Value;

use super::{perfetto, recorded};

/// Checks what must hold for every recording, and returns the events.
pub(super) fn read(recording: &Recording) -> Vec<Value> {
    let files = bubbleprof::files(recording);
    let json: Value = serde_json::from_slice(&files.trace_event).expect("JSON");
    let events = json["traceEvents"].as_array().unwrap().clone();
    assert!(events.is_sorted_by_key(|event| event["ts"].as_u64().unwrap()));
    let count = |phase: &str| events.iter().filter(|event| event["ph"] == phase).count();
    assert_eq!(count("b"), count("e"));
    assert_eq!(stacks(&files.stack_trace), recording.tasks().len());
    let info: Value = serde_json::from_slice(&files.system_info).expect("JSON");
    assert_eq!(info["pathSeparator"], "/");
    events
}

/// How many there are: each with its length before it.
fn stacks(mut bytes: &[u8]) -> usize {
    let mut count = 0;
    while let Some((len, rest)) = bytes.split_first_chunk() {
        let (stack, rest) = rest.split_at(u32::from_be_bytes(*len) as usize);
        assert_eq!(perfetto::fields(stack)[0].0, 1);
        bytes = rest;
        count += 1;
    }
    assert!(bytes.is_empty());
    count
}

#[test]
fn a_life_begins_is_polled_and_ends() {
    let (recording, shop) = recorded();
    let events = read(&recording);
    let id = format!("{:#x}", shop.query.async_id().get());
    let of_query: Vec<_> = events.iter().filter(|event| event["id"] == *id).collect();
    let names: Vec<_> = of_query
        .iter()
        .map(|event| {
            (
                event["ph"].as_str().unwrap(),
                event["name"].as_str().unwrap(),
            )
        })
        .collect();
    let expected = [
        ("b", "PROMISE"),
        ("b", "PROMISE_CALLBACK"),
        ("e", "PROMISE_CALLBACK"),
        ("e", "PROMISE"),
    ];
    assert_eq!(names, expected);
    assert_eq!(
        of_query[0]["args"]["data"]["triggerAsyncId"],
        shop.server.async_id().get()
    );
}

#[test]
fn a_directory_has_three_files_named_for_it() {
    let (recording, _shop) = recorded();
    let directory =
        std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("shop.clinic-bubbleprof");
    let _old = std::fs::remove_dir_all(&directory);
    let files = bubbleprof::files(&recording);
    files.write(&directory).unwrap();
    let written = |what: &str| {
        std::fs::read(directory.join(format!("shop.clinic-bubbleprof-{what}"))).unwrap()
    };
    assert_eq!(written("traceevent"), files.trace_event);
    assert_eq!(written("stacktrace"), files.stack_trace);
    assert_eq!(written("systeminfo"), files.system_info);
}
