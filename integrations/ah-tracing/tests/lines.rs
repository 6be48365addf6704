//! Stores in the lines of each built-in format of `fmt`.

use std::{
    fmt,
    io::{self, Write},
    sync::{Arc, Mutex},
};

use ah_testing::test;
use ah_tracing::{Shown, Stores};
use async_hooks::{AsyncLocalStorage, snapshot};
use serde_json::Value;
use tracing::{Subscriber, info, info_span, subscriber::with_default};
use tracing_subscriber::fmt::{MakeWriter, fmt};

static REQUEST_ID: AsyncLocalStorage<u64> = AsyncLocalStorage::builder().name("request_id").build();
static TENANT: AsyncLocalStorage<String> = AsyncLocalStorage::builder().name("tenant").build();
static USER: AsyncLocalStorage<User> = AsyncLocalStorage::builder().name("user").build();

#[derive(Debug)]
struct User {
    id: u32,
}

/// Where the lines go.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    fn take(&self) -> String {
        let bytes = std::mem::take(&mut *self.0.lock().expect("nothing panics under it"));
        String::from_utf8(bytes).expect("lines are text")
    }
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("nothing panics under it").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

fn stores() -> Stores {
    Stores::new()
        .number(&REQUEST_ID)
        .display(&TENANT)
        .debug(&USER)
}

/// What is written when `f` runs under a subscriber.
fn lines<S: Subscriber + Send + Sync + 'static>(
    subscriber: impl FnOnce(Lines) -> S,
    f: impl FnOnce(),
) -> String {
    let lines = Lines::default();
    with_default(subscriber(lines.clone()), f);
    lines.take()
}

/// Logs what any library does, where three storages are set.
fn log_in_a_request() {
    let log = || info!(amount = 12, "charged");
    REQUEST_ID.run(7, || {
        TENANT.run("acme".into(), || USER.run(User { id: 3 }, log))
    });
}

macro_rules! text {
    ($($format:ident)? ; $ansi:expr) => {
        |lines| {
            fmt()
                $(.$format())?
                .without_time()
                .with_target(false)
                .with_ansi($ansi)
                .with_writer(lines)
                .map_event_format(|format| stores().format(format))
                .finish()
        }
    };
}

macro_rules! json {
    ($flat:expr) => {
        |lines| {
            fmt()
                .json()
                .flatten_event($flat)
                .with_writer(lines)
                .map_event_format(|format| stores().format(format))
                .finish()
        }
    };
}

fn parsed(line: &str) -> Value {
    let line = line.strip_suffix('\n').expect("it is a line");
    assert!(!line.contains('\n'), "one line: {line}");
    serde_json::from_str(line).expect("valid JSON")
}

#[test]
fn full_and_compact_lines_have_stores_as_fields() {
    let expected = " INFO charged amount=12 request_id=7 tenant=acme user=\"User { id: 3 }\"\n";
    assert_eq!(lines(text!(;false), log_in_a_request), expected);
    assert_eq!(lines(text!(compact; false), log_in_a_request), expected);
}

#[test]
fn coloured_lines_have_stores_as_the_format_writes_fields() {
    let line = lines(text!(;true), || {
        REQUEST_ID.run(7, || info!(amount = 12, "charged"))
    });
    let field = |name: &str, value: &str| format!(" \x1b[3m{name}\x1b[0m\x1b[2m=\x1b[0m{value}");
    let own = field("amount", "12");
    assert!(
        line.contains(own.trim_start()),
        "as the format itself does: {line:?}"
    );
    assert!(
        line.ends_with(&format!("{}\n", field("request_id", "7"))),
        "{line:?}"
    );
}

#[test]
fn pretty_lines_have_a_line_for_each_store() {
    let text = lines(text!(pretty; false), log_in_a_request);
    let lines: Vec<_> = text.lines().collect();
    assert!(lines[0].ends_with("charged, amount: 12"), "{text}");
    let stores = [
        "    with request_id: 7",
        "    with tenant: acme",
        "    with user: \"User { id: 3 }\"",
        "",
    ];
    assert_eq!(lines[2..], stores);
}

#[test]
fn json_has_stores_beside_the_fields_or_among_them() {
    let nested = parsed(&lines(json!(false), log_in_a_request));
    assert_eq!(nested["fields"]["amount"], 12);
    let flat = parsed(&lines(json!(true), log_in_a_request));
    assert_eq!(flat["amount"], 12);
    for line in [nested, flat] {
        assert_eq!(
            (&line["request_id"], &line["tenant"]),
            (&7.into(), &"acme".into())
        );
        assert_eq!(line["user"], "User { id: 3 }");
    }
}

#[test]
fn a_store_that_is_unset_is_not_shown() {
    let plain = lines(text!(;false), || info!("outside"));
    assert_eq!(plain, " INFO outside\n");
    let line = parsed(&lines(json!(false), || info!("outside")));
    let has_stores = ["request_id", "tenant", "user"].map(|name| line.get(name).is_some());
    assert_eq!(has_stores, [false; 3]);
}

/// What may come from outside.
fn hostile() -> Vec<String> {
    let mut texts: Vec<String> = [
        "",
        "acme\n INFO forged line",
        "acme\r\nforged",
        "acme request_id=8",
        "acme\",\"request_id\":8,\"x\":\"",
        "acme\\",
        "\\\"",
        "\"fields\":{",
        "}\n{\"level\":\"ERROR\"}",
        "\u{1b}[31mred\u{1b}[0m",
        "\u{9b}31m",
        "\u{0}\u{7}\u{8}\u{7f}",
        "\u{202e}txet desrever",
        "\u{2028}\u{2029}\u{85}",
        "'; DROP TABLE lines; --",
        "\u{feff}\u{fffd}\u{10ffff}",
    ]
    .map(String::from)
    .into();
    texts.push("x".repeat(100_000));
    texts.extend((0..=0x9f).map(|code| char::from(code).to_string()));
    texts
}

#[test]
fn json_stays_valid_and_whole_under_hostile_stores() {
    for text in hostile() {
        for line in [
            lines(json!(false), || {
                TENANT.run(text.clone(), || info!("charged"))
            }),
            lines(json!(true), || {
                TENANT.run(text.clone(), || info!("charged"))
            }),
        ] {
            let line = parsed(&line);
            assert_eq!(line["tenant"], text.as_str());
            assert_eq!(line["level"], "INFO");
            assert!(line.get("request_id").is_none(), "{line}");
        }
    }
}

#[test]
fn lines_for_people_stay_lines_under_hostile_stores() {
    for text in hostile() {
        for line in [
            lines(text!(;false), || {
                TENANT.run(text.clone(), || info!("charged"))
            }),
            lines(text!(compact; false), || {
                TENANT.run(text.clone(), || info!("charged"))
            }),
        ] {
            let value = line
                .strip_prefix(" INFO charged tenant=")
                .expect("it is the first store");
            let value = value.strip_suffix('\n').expect("it is a line");
            let is_odd =
                |character: char| character.is_control() || "\u{202e}\u{2028}".contains(character);
            assert!(!value.contains(is_odd), "{value:?}");
            let is_quoted = value.starts_with('"') && value.ends_with('"');
            assert!(is_quoted || !value.contains([' ', '=', '"']), "{value:?}");
        }
        let pretty = lines(text!(pretty; false), || {
            TENANT.run(text.clone(), || info!("charged"))
        });
        assert_eq!(
            pretty.lines().count(),
            4,
            "head, place, store, empty: {pretty:?}"
        );
    }
}

#[test]
fn where_names_collide_the_field_of_the_event_is_shown() {
    let log = || REQUEST_ID.run(7, || info!(request_id = 8, "charged"));
    assert_eq!(lines(text!(;false), log), " INFO charged request_id=8\n");
    let flat = lines(json!(true), log);
    assert_eq!(flat.matches("request_id").count(), 1, "{flat}");
    assert_eq!(parsed(&flat)["request_id"], 8);
    let nested = parsed(&lines(json!(false), log));
    assert_eq!(
        (&nested["request_id"], &nested["fields"]["request_id"]),
        (&7.into(), &8.into())
    );
}

#[test]
fn stores_are_those_that_are_current_where_the_event_is() {
    let captured = REQUEST_ID.run(7, snapshot);
    let text = lines(text!(;false), || {
        REQUEST_ID.run(1, || {
            info_span!("request").in_scope(|| info!("here"));
            captured.run(|| info!("there"));
            REQUEST_ID.exit(|| info!("exited"));
        });
    });
    let expected = " INFO request: here request_id=1\n INFO there request_id=7\n INFO exited\n";
    assert_eq!(text, expected);
}

#[test]
fn a_store_may_log_when_it_is_written() {
    static NOISY: AsyncLocalStorage<Noisy> = AsyncLocalStorage::builder().name("noisy").build();
    struct Noisy;
    impl fmt::Display for Noisy {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            NOISY.exit(|| info!("inner"));
            f.write_str("loud")
        }
    }
    let text = lines(
        |lines| {
            fmt()
                .without_time()
                .with_target(false)
                .with_ansi(false)
                .with_writer(lines)
                .map_event_format(|format| Stores::new().display(&NOISY).format(format))
                .finish()
        },
        || NOISY.run(Noisy, || info!("outer")),
    );
    assert!(text.contains(" INFO outer noisy=loud\n"), "{text}");
}

#[test]
fn a_closure_says_what_is_shown() {
    let stores = Stores::new().shown(&USER, |user, show| {
        if user.id != 0 {
            show(Shown::Number(user.id.into()));
        }
    });
    let log = || {
        USER.run(User { id: 3 }, || info!("one"));
        USER.run(User { id: 0 }, || info!("hidden"));
    };
    let text = lines(
        |lines| {
            fmt()
                .json()
                .with_writer(lines)
                .map_event_format(|format| stores.format(format))
                .finish()
        },
        log,
    );
    let users: Vec<_> = text
        .lines()
        .map(|line| parsed(&format!("{line}\n")).get("user").cloned())
        .collect();
    assert_eq!(users, [Some(3.into()), None]);
}
