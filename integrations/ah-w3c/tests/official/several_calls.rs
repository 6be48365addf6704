//! Several calls for one request.

use std::collections::HashSet;

use crate::{GOOD, TRACE, calls};

/// Serves a request in three calls. Returns their trace ids, after a look at their parent ids.
fn traces(headers: &[(&str, &str)]) -> HashSet<String> {
    let calls = calls(headers, 3);
    let parents: HashSet<_> = calls.iter().map(|call| call.parent().parent_id).collect();
    assert_eq!(parents.len(), 3, "each call is an operation of its own");
    calls.iter().map(|call| call.trace()).collect()
}

#[test]
fn multiple_requests_with_valid_traceparent() {
    let expected = HashSet::from([TRACE.to_owned()]);
    assert_eq!(traces(&[("traceparent", GOOD)]), expected);
}

#[test]
fn multiple_requests_without_traceparent() {
    assert_eq!(traces(&[]).len(), 1, "one request is one trace");
}

#[test]
fn multiple_requests_with_illegal_traceparent() {
    let zeros = "00000000000000000000000000000000";
    let parent = format!("00-{zeros}-1234567890123456-01");
    assert!(!traces(&[("traceparent", &parent)]).contains(zeros));
}
