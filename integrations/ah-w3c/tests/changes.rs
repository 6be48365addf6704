//! Values that are changed and written: what is added stands where the specification says, within the limits.

use std::collections::HashSet;

use ah_w3c::{Baggage, Flags, ParentId, Remote, TraceId, TraceParent, TraceState, extract, inject};
use http::{HeaderMap, HeaderValue};

fn state(text: &str) -> TraceState {
    text.parse().expect("it is in order")
}

fn baggage(text: &str) -> Baggage {
    text.parse().expect("it is in order")
}

fn many(count: usize) -> String {
    let all: Vec<_> = (0..count).map(|n| format!("k{n}=v")).collect();
    all.join(",")
}

#[test]
fn a_new_entry_of_a_tracestate_is_the_first_and_pushes_out_the_last() {
    let full = state(&many(32));
    let more = full.with("k5", "new").unwrap().with("ours", "1").unwrap();
    assert!(more.as_str().starts_with("ours=1,k5=new,k0=v,k1=v,"));
    assert_eq!(more.iter().count(), 32);
    assert_eq!(more.get("k30"), Some("v"));
    assert_eq!(more.get("k31"), None);
    assert_eq!(full, state(&many(32)), "what was there is as it was");
}

#[test]
fn a_bad_new_entry_is_refused() {
    let state = state("a=1");
    for (key, value) in [
        ("", "1"),
        ("A", "1"),
        ("a,b", "1"),
        ("b", ""),
        ("b", "1 "),
        ("b", "1,c=2"),
        ("b=c", "1"),
    ] {
        assert!(state.with(key, value).is_err(), "{key}={value}");
    }
    let (key, value) = ("k".repeat(256), "v".repeat(255));
    let longest = state.with(&key, &value).expect("512 bytes");
    assert_eq!(
        longest.as_str(),
        format!("{key}={value}"),
        "the others are dropped"
    );
    let why = state.with(&key, &"v".repeat(256)).unwrap_err();
    assert_eq!(
        why.to_string(),
        "entry 1 alone is longer than 512 characters"
    );
}

#[test]
fn long_entries_are_dropped_first_and_always_the_last() {
    let [long, longer] = ["x".repeat(200), "y".repeat(250)];
    let fits = format!("small=1,long={long},last=2");
    assert_eq!(
        state(&fits).as_str(),
        fits,
        "a long entry is kept where there is room"
    );
    let one_too_many = format!("{fits},other={longer},z={}", "z".repeat(100));
    assert_eq!(
        state(&one_too_many).as_str(),
        format!("{fits},z={}", "z".repeat(100))
    );
    // 513 bytes alone
    assert!(state(&format!("{}={}", "k".repeat(256), "v".repeat(256))).is_empty());
    // none is long, so the last go
    let short: Vec<_> = (0..5)
        .map(|n| format!("k{n}={}", "v".repeat(120)))
        .collect();
    assert_eq!(state(&short.join(",")).as_str(), short[..4].join(","));
}

#[test]
fn an_entry_or_member_is_removed_by_its_key() {
    assert_eq!(state("a=1,b=2").without("a").as_str(), "b=2");
    assert_eq!(state("a=1").without("a"), TraceState::default());
    assert_eq!(state("a=1").without("b"), state("a=1"));
    assert_eq!(baggage("a=1,b=2;p,a=3").without("a").as_str(), "b=2;p");
    assert_eq!(baggage("a=1").without("a"), Baggage::default());
}

#[test]
fn a_new_member_of_a_baggage_is_the_last_and_replaces_those_of_its_key() {
    let changed = baggage("a=1;p,b=2,a=3").with("a", "4").expect("in order");
    assert_eq!(changed.as_str(), "b=2,a=4");
    let repeated = baggage("a=1,b=2,a=3");
    assert_eq!(
        repeated.as_str(),
        "a=1,b=2,a=3",
        "repeated keys are sent on"
    );
    assert_eq!(repeated.get("a").as_deref(), Some("3"), "the last counts");
}

#[test]
fn a_bad_new_member_is_refused() {
    let full = baggage(&many(64));
    assert!(full.with("k0", "new").is_ok(), "in place of another");
    let why = full.with("more", "1").unwrap_err();
    assert_eq!(why.to_string(), "it has more than 64 members");
    let why = full.with("k0", &" ".repeat(3000)).unwrap_err();
    assert_eq!(why.to_string(), "it is longer than 8192 bytes");
    for key in ["", "a b", "a,b", "a=b", "é", "\n"] {
        assert!(full.with(key, "1").is_err(), "{key}");
    }
}

#[test]
fn bytes_that_are_not_utf8_are_shown_as_such() {
    let value = |text: &str| {
        baggage(&format!("a={text}"))
            .get("a")
            .map(|it| it.into_owned())
    };
    assert_eq!(value("%C3%A9%ff%zz%2"), Some("é\u{fffd}%zz%2".into()));
    assert_eq!(value("%c3%a9"), Some("é".into()), "digits of either case");
    assert_eq!(value("%"), Some("%".into()));
    assert_eq!(value(""), Some(String::new()));
}

#[test]
fn headers_that_are_there_are_replaced_or_removed() {
    let mut headers = HeaderMap::new();
    for name in ["traceparent", "tracestate", "baggage", "tracestate"] {
        headers.append(name, HeaderValue::from_static("stale"));
    }
    let here = TraceParent::new_root(false);
    inject(&here, &Remote::default(), &mut headers);
    assert_eq!(headers.len(), 1, "{headers:?}");
    let remote = Remote {
        parent: Some(here),
        state: state("a=1"),
        baggage: baggage("b=2"),
    };
    inject(&here, &remote, &mut headers);
    assert_eq!(extract(&headers, |why| panic!("{why}")), remote);
}

#[test]
fn new_ids_are_new_on_every_thread() {
    let draw = || {
        (0..1000)
            .map(|_| TraceParent::new_root(true))
            .collect::<Vec<_>>()
    };
    let threads: Vec<_> = (0..4).map(|_| std::thread::spawn(draw)).collect();
    let roots: Vec<_> = threads
        .into_iter()
        .flat_map(|thread| thread.join().unwrap())
        .collect();
    let traces: HashSet<TraceId> = roots.iter().map(|root| root.trace_id).collect();
    let parents: HashSet<ParentId> = roots.iter().map(|root| root.parent_id).collect();
    assert_eq!((traces.len(), parents.len()), (4000, 4000));
    // each bit is set in some and not in others: no part of an id is fixed
    let bits = roots
        .iter()
        .map(|root| u128::from_ne_bytes(root.trace_id.to_bytes()));
    let (any, all) = bits.fold((0, u128::MAX), |(any, all), bits| (any | bits, all & bits));
    assert_eq!((any, all), (u128::MAX, 0));
}

#[test]
fn flags_are_added_and_taken_away() {
    let parent = TraceParent::new_root(false);
    assert_eq!(parent.child().flags, Flags::RANDOM);
    let sampled = parent.flags.with(Flags::SAMPLED);
    assert_eq!(
        format!("{sampled:?}"),
        "Flags { sampled: true, random: true }"
    );
    assert_eq!(sampled.without(Flags::RANDOM).to_byte(), 1);
    assert!(!parent.flags.contains(sampled));
}

#[test]
fn ids_are_written_as_they_are_sent() {
    let text = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let parent: TraceParent = text.parse().expect("in order");
    assert_eq!(parent.trace_id.to_string(), &text[3..35]);
    assert_eq!(
        format!("{:?} {:>18}", parent.trace_id, parent.parent_id),
        format!("{}   {}", &text[3..35], &text[36..52])
    );
    assert_eq!(
        TraceId::from_bytes(parent.trace_id.to_bytes()),
        Some(parent.trace_id)
    );
    assert_eq!(parent.trace_id.to_bytes()[0], 0x4b);
}
