//! The header `tracestate`.

use crate::{NOT_SAMPLED, call, state};

#[test]
fn tracestate_included_traceparent_missing() {
    for sent in ["foo=1", "foo=1,bar=2"] {
        assert_eq!(call(&[("tracestate", sent)]).state(), "");
    }
}

#[test]
fn tracestate_included_traceparent_included() {
    assert_eq!(state(&["foo=1,bar=2"]), "foo=1,bar=2");
}

#[test]
fn tracestate_header_name() {
    for name in ["trace-state", "trace.state"] {
        let call = call(&[("traceparent", NOT_SAMPLED), (name, "foo=1")]);
        assert_eq!(call.state(), "", "{name}");
    }
}

#[test]
fn tracestate_header_name_valid_casing() {
    for name in ["TraceState", "TrAcEsTaTe", "TRACESTATE"] {
        let call = call(&[("traceparent", NOT_SAMPLED), (name, "foo=1")]);
        assert_eq!(call.state(), "foo=1", "{name}");
    }
}

#[test]
fn tracestate_empty_header() {
    assert_eq!(state(&[""]), "");
    assert_eq!(state(&["foo=1", ""]), "foo=1");
    assert_eq!(state(&["", "foo=1"]), "foo=1");
}

#[test]
fn tracestate_multiple_headers_different_keys() {
    let fields = ["foo=1,bar=2", "rojo=1,congo=2", "baz=3"];
    assert_eq!(state(&fields), "foo=1,bar=2,rojo=1,congo=2,baz=3");
}

/// The suite takes either; we keep the first.
#[test]
fn tracestate_duplicated_keys() {
    assert_eq!(state(&["foo=1,foo=1"]), "foo=1");
    assert_eq!(state(&["foo=1,foo=2"]), "foo=1");
    assert_eq!(state(&["foo=1", "foo=1"]), "foo=1");
    assert_eq!(state(&["foo=1", "foo=2"]), "foo=1");
}

#[test]
fn tracestate_all_allowed_characters() {
    let key = "abcdefghijklmnopqrstuvwxyz0123456789_-*/";
    let value: String = (' '..='~').filter(|one| !",=".contains(*one)).collect();
    for key in [key.to_owned(), format!("{key}@a-z0-9_-*/")] {
        let entry = format!("{key}={value}");
        assert_eq!(state(&[&entry]), entry);
    }
}

#[test]
fn tracestate_ows_handling() {
    for sent in [
        "foo=1 \t , \t bar=2, \t baz=3",
        "foo=1\t \t,\t \tbar=2,\t \tbaz=3",
    ] {
        assert_eq!(state(&[sent]), "foo=1,bar=2,baz=3");
    }
    for sent in [" foo=1", "\tfoo=1", "foo=1 ", "foo=1\t", "\t foo=1 \t"] {
        assert_eq!(state(&[sent]), "foo=1", "{sent:?}");
    }
}

#[test]
fn tracestate_key_illegal_characters() {
    for sent in ["foo =1", "FOO=1", "foo.bar=1"] {
        assert_eq!(state(&[sent]), "", "{sent}");
    }
}

#[test]
fn tracestate_key_illegal_vendor_format() {
    for sent in ["foo@=1,bar=2", "foo@@bar=1,bar=2", "foo@bar@baz=1,bar=2"] {
        assert_eq!(state(&[sent]), sent);
    }
    assert_eq!(state(&["@foo=1,bar=2"]), "");
}

#[test]
fn tracestate_member_count_limit() {
    let entries = |numbers: std::ops::RangeInclusive<u32>| {
        let entries: Vec<_> = numbers.map(|n| format!("bar{n:02}={n:02}")).collect();
        entries.join(",")
    };
    let fields = [entries(1..=10), entries(11..=20), entries(21..=30)];
    let [first, second, third] = &fields;
    let sent = state(&[first, second, third, &entries(31..=32)]);
    assert_eq!(sent, entries(1..=32));
    assert_eq!(state(&[first, second, third, &entries(31..=33)]), "");
}

#[test]
fn tracestate_key_length_limit() {
    let (t, v) = ("t", "v");
    for key in [
        "z".repeat(256),
        format!("{}@{}", t.repeat(241), v.repeat(14)),
        format!("{}@{v}", t.repeat(242)),
        format!("{t}@{}", v.repeat(15)),
    ] {
        let entry = format!("{key}=1");
        assert_eq!(state(&["foo=1", &entry]), format!("foo=1,{entry}"));
    }
    assert_eq!(state(&["foo=1", &format!("{}=1", "z".repeat(257))]), "");
}

#[test]
fn tracestate_value_illegal_characters() {
    for sent in ["foo=bar=baz", "foo=,bar=3"] {
        assert_eq!(state(&[sent]), "", "{sent}");
    }
}
