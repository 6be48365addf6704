//! speedscope: stacks of causes, and times that add up.

use ah_inspect::{Recording, export::speedscope};
use serde_json::Value;

use super::recorded;

/// Checks what must hold for every profile.
pub(super) fn read(recording: &Recording) -> Value {
    let json: Value = serde_json::from_str(&speedscope::profile(recording)).expect("JSON");
    let frames = json["shared"]["frames"].as_array().unwrap().len() as u64;
    for profile in json["profiles"].as_array().unwrap() {
        let samples = profile["samples"].as_array().unwrap();
        let weights = profile["weights"].as_array().unwrap();
        assert_eq!(samples.len(), weights.len());
        let sum: u64 = weights.iter().map(|weight| weight.as_u64().unwrap()).sum();
        assert_eq!(profile["endValue"], sum);
        assert!(sum <= 1 << 53);
        let numbers = samples.iter().flat_map(|stack| stack.as_array().unwrap());
        numbers.for_each(|number| assert!(number.as_u64().unwrap() < frames));
    }
    json
}

#[test]
fn the_time_of_polls_is_below_their_causes() {
    let (recording, _shop) = recorded();
    let json = read(&recording);
    let polled = &json["profiles"][0];
    assert_eq!(
        (&polled["name"], &polled["unit"]),
        (&"polled".into(), &"nanoseconds".into())
    );
    let name = |number: &Value| {
        let frame = &json["shared"]["frames"][number.as_u64().unwrap() as usize];
        assert!(
            frame["file"]
                .as_str()
                .unwrap()
                .ends_with("tests/inspect/exports/mod.rs")
        );
        frame["name"].as_str().unwrap().to_owned()
    };
    let stack = |stack: &Value| {
        stack
            .as_array()
            .unwrap()
            .iter()
            .map(name)
            .collect::<Vec<_>>()
    };
    let stacks: Vec<_> = polled["samples"]
        .as_array()
        .unwrap()
        .iter()
        .map(stack)
        .collect();
    assert!(
        stacks.contains(&["Server"].map(str::to_owned).to_vec()),
        "{stacks:?}"
    );
    assert!(
        stacks.contains(&["Server", "Query"].map(str::to_owned).to_vec()),
        "{stacks:?}"
    );
    let sum: u64 = recording
        .tasks()
        .iter()
        .flat_map(|task| task.polls())
        .map(|poll| poll.to - poll.from)
        .sum();
    assert_eq!(polled["endValue"], sum);
}

/// Polled, woken and waiting, without a gap and without an overlap, from the creation to the end.
#[test]
fn the_times_of_a_task_fill_its_life() {
    let (recording, _shop) = recorded();
    let json = read(&recording);
    let profiles = json["profiles"].as_array().unwrap();
    let sum: u64 = profiles
        .iter()
        .map(|profile| profile["endValue"].as_u64().unwrap())
        .sum();
    let lives = recording
        .tasks()
        .iter()
        .map(|task| recording.end() - task.created());
    assert_eq!(sum, lives.sum::<u64>());
}
