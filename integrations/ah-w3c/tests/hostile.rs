//! What is refused, with which reason, and that no reason has the value in it.

use ah_w3c::{Baggage, Flags, Refused, Remote, TraceParent, TraceState};

const GOOD: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

fn parent(value: &str) -> String {
    TraceParent::read(value.as_bytes()).map_or_else(|why| why.to_string(), |_| "read".into())
}

fn state(value: &str) -> String {
    let read = value.parse::<TraceState>();
    read.map_or_else(|why| why.to_string(), |_| "read".into())
}

fn baggage(value: &str) -> String {
    let read = value.parse::<Baggage>();
    read.map_or_else(|why| why.to_string(), |_| "read".into())
}

fn many(count: usize) -> String {
    let all: Vec<_> = (0..count).map(|n| format!("k{n}=v")).collect();
    all.join(",")
}

#[test]
fn each_reason_of_a_traceparent() {
    let id = &GOOD[3..52];
    let shorter = "it is shorter than 55 characters";
    for (value, why) in [
        (String::new(), shorter),
        (GOOD[1..].into(), shorter),
        ("x".repeat(54), shorter),
        (
            "0".repeat(55),
            "its fields are not separated by dashes at the places of version 00",
        ),
        (
            format!("0A-{id}-01"),
            "its version is not 2 lower-case hexadecimal digits",
        ),
        (
            format!("ff-{id}-01"),
            "its version is ff, which no version may have",
        ),
        (
            format!("{GOOD}-"),
            "it is longer than the 55 characters of version 00",
        ),
        (
            format!("cc-{id}-01."),
            "what a later version adds does not begin with a dash",
        ),
        (
            GOOD.replace("4b", "4B"),
            "its trace id is not 32 lower-case hexadecimal digits",
        ),
        (
            GOOD.replace("4bf9", "4bé"),
            "its trace id is not 32 lower-case hexadecimal digits",
        ),
        (
            GOOD.replace(&GOOD[3..35], &"0".repeat(32)),
            "its trace id is all zeros, which is no id",
        ),
        (
            GOOD.replace("aa", "aA"),
            "its parent id is not 16 lower-case hexadecimal digits",
        ),
        (
            GOOD.replace(&GOOD[36..52], &"0".repeat(16)),
            "its parent id is all zeros, which is no id",
        ),
        (
            format!("00-{id}-+1"),
            "its flags are not 2 lower-case hexadecimal digits",
        ),
    ] {
        assert_eq!(parent(&value), why, "{value}");
    }
    assert_eq!(
        parent(&"7".repeat(10_000)),
        "its fields are not separated by dashes at the places of version 00"
    );
}

#[test]
fn each_reason_of_a_tracestate() {
    let key = "the key of entry 2 is not 1 to 256 lower-case letters, digits or _-*/@ after a letter or digit";
    let value =
        "the value of entry 2 is not 1 to 256 printable characters without comma and equals sign";
    for (entry, why) in [
        ("b", "entry 2 has no equals sign".to_owned()),
        ("=1", key.into()),
        ("B=1", key.into()),
        ("é=1", key.into()),
        ("b =1", key.into()),
        (&format!("{}=1", "b".repeat(257)), key.into()),
        ("b=", value.into()),
        ("b=1=2", value.into()),
        ("b=\u{7f}", value.into()),
        ("b=1\r\nx", value.into()),
        ("b=1\t2", value.into()),
        ("b=\u{430}", value.into()), // looks like `a`
        (&format!("b={}", "1".repeat(257)), value.into()),
    ] {
        assert_eq!(state(&format!("a=1, {entry} ,c=3")), why, "{entry}");
    }
    assert_eq!(state(&many(32)), "read");
    assert_eq!(state(&many(33)), "it has more than 32 entries");
    let repeated = vec!["a=1"; 33].join(",");
    assert_eq!(state(&repeated), "it has more than 32 entries");
    let not_utf8 = TraceState::read([b"a=1".as_slice(), b"b=\xff"]).unwrap_err();
    assert_eq!(not_utf8.to_string(), value);
}

#[test]
fn each_reason_of_a_baggage() {
    let key = "the key of member 2 is not a token";
    let value = "the value of member 2 has a character that must be percent-encoded";
    let property = "the key of a property of member 2 is not a token";
    for (member, why) in [
        ("b", "member 2 has no equals sign"),
        ("b;p=1", "member 2 has no equals sign"),
        ("=1", key),
        ("b c=1", key),
        ("\"b\"=1", key),
        ("é=1", key),
        ("b=\"1\"", value),
        ("b=1 2", value),
        ("b=é", value),
        ("b=1\\2", value),
        ("b=1\r\nx: y", value),
        ("b=1;", property),
        ("b=1;p q", property),
        ("b=1;p=1;;q", property),
        (
            "b=1;p=\"1\"",
            "the value of a property of member 2 has a character that must be percent-encoded",
        ),
    ] {
        assert_eq!(baggage(&format!("a=1,{member},c=3")), why, "{member}");
        assert_eq!(
            baggage(&format!(" a=1 , {member} ,")),
            why,
            "{member}, with spaces"
        );
    }
    assert_eq!(baggage(&many(64)), "read");
    let (members, bytes) = (
        "it has more than 64 members",
        "it is longer than 8192 bytes",
    );
    assert_eq!(baggage(&many(65)), members);
    assert_eq!(baggage(&many(65).replace(',', ", ")), members);
    assert_eq!(baggage(&format!("a={}", "x".repeat(8190))), "read");
    assert_eq!(baggage(&format!("a={}", "x".repeat(8191))), bytes);
    assert_eq!(
        baggage(&format!("a= {} ", "x".repeat(8190))),
        "read",
        "white space is not sent on"
    );
    assert_eq!(baggage(&format!("a= {}", "x".repeat(8191))), bytes);
    let not_utf8 = Baggage::read([b"a=1".as_slice(), b"b=\xff"]).unwrap_err();
    assert_eq!(not_utf8.to_string(), "the field of member 2 is not ASCII");
}

#[test]
fn no_text_has_the_value_in_it() {
    const SECRET: &str = "hunter2";
    let mut texts = Vec::new();
    for field in [SECRET, "a=hunter2\n", "hunter2 =1,hunter2", "a=1;hunter2 x"] {
        let field = [field.as_bytes()];
        Remote::read(field, [], field, |why| texts.push(format!("{why} {why:?}")));
        let parent = [GOOD.as_bytes()];
        Remote::read(parent, field, [], |why| {
            texts.push(format!("{why} {why:?}"))
        });
    }
    assert_eq!(texts.len(), 11);
    let state: TraceState = "a=hunter2".parse().unwrap();
    let baggage: Baggage = "a=hunter2;p=hunter2".parse().unwrap();
    let member = baggage.iter().next().unwrap();
    let property = member.properties().next().unwrap();
    texts.push(format!("{state:?} {baggage:?} {member:?} {property:?}"));
    for text in &texts {
        assert!(!text.contains(SECRET), "{text}");
    }
    assert!(
        texts[11].starts_with("[\"a\"] [\"a\"] Member"),
        "{}",
        texts[11]
    );
}

#[test]
fn each_header_is_refused_by_itself() {
    let read = |parent: &[&str], state: &str, baggage: &str| {
        let mut refused = Vec::new();
        let remote = Remote::read(
            parent.iter().map(|parent| parent.as_bytes()),
            [state.as_bytes()],
            [baggage.as_bytes()],
            |why| refused.push(why.header()),
        );
        let parent = remote.parent.map(|parent| parent.to_string());
        (
            parent,
            remote.state.as_str().to_owned(),
            remote.baggage.as_str().to_owned(),
            refused,
        )
    };
    let good = || Some(GOOD.to_owned());
    let text = str::to_owned;
    assert_eq!(
        read(&[GOOD], "a=1", "b=2"),
        (good(), text("a=1"), text("b=2"), vec![])
    );
    assert_eq!(
        read(&[GOOD], "A=1", "b=2"),
        (good(), text(""), text("b=2"), vec!["tracestate"])
    );
    assert_eq!(
        read(&[GOOD], "a=1", "b"),
        (good(), text("a=1"), text(""), vec!["baggage"])
    );
    // without a parent, the state is not even looked at
    assert_eq!(
        read(&[], "A=1", "b=2"),
        (None, text(""), text("b=2"), vec![])
    );
    assert_eq!(
        read(&["x"], "A=1", "b"),
        (None, text(""), text(""), vec!["traceparent", "baggage"])
    );
    assert_eq!(
        read(&[GOOD, GOOD], "a=1", ""),
        (None, text(""), text(""), vec!["traceparent"])
    );
}

#[test]
fn two_parents_are_refused_as_such() {
    let mut refused = None;
    Remote::read([GOOD.as_bytes(); 2], [], [], |why| refused = Some(why));
    let why: Refused = refused.expect("refused");
    assert_eq!(
        why.to_string(),
        "traceparent is not used: it came more than once, and may come only once"
    );
}

#[test]
fn flags_that_nobody_defined_are_not_sent_on() {
    let read =
        TraceParent::read(GOOD.replace("-01", "-ff").as_bytes()).expect("any flags are read");
    assert_eq!(read.flags, Flags::SAMPLED.with(Flags::RANDOM));
    assert_eq!(read.to_string(), GOOD.replace("-01", "-03"));
}
