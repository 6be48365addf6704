//! The header `traceparent`.

use ah_w3c::Flags;

use crate::{GOOD, TRACE, assert_continued, assert_restarted, call};

#[test]
fn both_traceparent_and_tracestate_missing() {
    let call = call(&[]);
    assert!(call.parent().flags.contains(Flags::RANDOM));
    assert_eq!(call.state(), "");
}

#[test]
fn traceparent_included_tracestate_missing() {
    assert_continued(GOOD);
}

#[test]
fn traceparent_duplicated() {
    let other = "00-12345678901234567890123456789011-1234567890123456-01";
    for parents in [[other, GOOD], [GOOD, GOOD]] {
        let call = call(&parents.map(|parent| ("traceparent", parent)));
        assert_ne!(call.trace(), TRACE);
        assert_ne!(call.trace(), &other[3..35]);
    }
}

#[test]
fn traceparent_header_name() {
    for name in ["trace-parent", "trace.parent"] {
        assert_ne!(call(&[(name, GOOD)]).trace(), TRACE, "{name}");
    }
}

#[test]
fn traceparent_header_name_valid_casing() {
    for name in ["TraceParent", "TrAcEpArEnT", "TRACEPARENT"] {
        assert_eq!(call(&[(name, GOOD)]).trace(), TRACE, "{name}");
    }
}

#[test]
fn traceparent_version_0x00() {
    for end in [".", "-what-the-future-will-be-like"] {
        assert_restarted(&format!("{GOOD}{end}"));
    }
}

#[test]
fn traceparent_version_0xcc() {
    let later = "cc-12345678901234567890123456789012-1234567890123456-01";
    assert_continued(later);
    assert_continued(&format!("{later}-what-the-future-will-be-like"));
    assert_restarted(&format!("{later}.what-the-future-will-be-like"));
}

#[test]
fn traceparent_version_0xff() {
    assert_restarted("ff-12345678901234567890123456789012-1234567890123456-01");
}

#[test]
fn traceparent_version_illegal_characters() {
    for version in [".0", "0."] {
        assert_restarted(&format!("{version}{}", &GOOD[2..]));
    }
}

#[test]
fn traceparent_version_too_long() {
    for version in ["000", "0000"] {
        assert_restarted(&format!("{version}{}", &GOOD[2..]));
    }
}

#[test]
fn traceparent_version_too_short() {
    assert_restarted(&GOOD[1..]);
}

#[test]
fn traceparent_trace_id_all_zero() {
    assert_restarted("00-00000000000000000000000000000000-1234567890123456-01");
}

#[test]
fn traceparent_trace_id_illegal_characters() {
    for id in [
        ".2345678901234567890123456789012",
        "1234567890123456789012345678901.",
    ] {
        assert_restarted(&GOOD.replace(TRACE, id));
    }
}

#[test]
fn traceparent_trace_id_too_long() {
    let parent = GOOD.replace(TRACE, "123456789012345678901234567890123");
    assert_restarted(&parent);
    assert_ne!(
        call(&[("traceparent", &parent)]).trace(),
        "23456789012345678901234567890123"
    );
}

#[test]
fn traceparent_trace_id_too_short() {
    assert_restarted(&GOOD.replace(TRACE, &TRACE[..31]));
}

#[test]
fn traceparent_parent_id_all_zero() {
    assert_restarted("00-12345678901234567890123456789012-0000000000000000-01");
}

#[test]
fn traceparent_parent_id_illegal_characters() {
    for id in [".234567890123456", "123456789012345."] {
        assert_restarted(&format!("00-{TRACE}-{id}-01"));
    }
}

#[test]
fn traceparent_parent_id_too_long() {
    assert_restarted(&format!("00-{TRACE}-12345678901234567-01"));
}

#[test]
fn traceparent_parent_id_too_short() {
    assert_restarted(&format!("00-{TRACE}-123456789012345-01"));
}

#[test]
fn traceparent_trace_flags_illegal_characters() {
    for flags in [".0", "0."] {
        assert_restarted(&format!("00-{TRACE}-1234567890123456-{flags}"));
    }
}

#[test]
fn traceparent_trace_flags_too_long() {
    assert_restarted(&format!("00-{TRACE}-1234567890123456-001"));
}

#[test]
fn traceparent_trace_flags_too_short() {
    assert_restarted(&format!("00-{TRACE}-1234567890123456-1"));
}

#[test]
fn traceparent_ows_handling() {
    for (before, after) in [(" ", ""), ("\t", ""), ("", " "), ("", "\t"), ("\t ", " \t")] {
        assert_continued(&format!("{before}{GOOD}{after}"));
    }
}

#[test]
fn propagates_random_flag() {
    let parent = "00-12345678901234567890123456789012-1234567890123456-02";
    let sent_on = call(&[("traceparent", parent)]).parent();
    assert_eq!(sent_on.flags, Flags::RANDOM);
    assert_continued(parent);
}
