//! Names and files that mean harm.

use ah_inspect::{FORMAT, Recording, Settings, export};
use async_hooks::{AsyncLocalStorage, AsyncResource};

use super::{bubbleprof, heap::Snapshot, perfetto::Trace, speedscope};
use crate::recorded::Recorded;

static NAMED: AsyncLocalStorage<&str> = AsyncLocalStorage::builder()
    .name("na\"me\\\u{1b}[31m\n")
    .shown()
    .build();

/// Reads every export, each of which checks itself.
fn read_all(recording: &Recording) {
    Trace::of(recording);
    Snapshot::of(recording);
    speedscope::read(recording);
    bubbleprof::read(recording);
}

fn all_text(recording: &Recording) -> [String; 4] {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let bubbleprof = export::bubbleprof::files(recording);
    [
        text(&export::perfetto::trace(recording)),
        export::heap::of(recording),
        export::speedscope::profile(recording),
        text(&bubbleprof.trace_event) + &text(&bubbleprof.stack_trace),
    ]
}

#[test]
fn names_are_escaped_cleaned_and_cut() {
    let long: &'static str = Box::leak("x".repeat(1 << 20).into_boxed_str());
    let mut recorded = Recorded::start();
    let holders = [
        "qu\"ote\\",
        "esc\u{1b}]0;title\u{7}",
        "turned\u{202e}",
        "line\u{2028}\r\n",
        long,
    ]
    .map(|name| {
        let holder = NAMED.run("va\"lue\0", || AsyncResource::new(name));
        holder.run_in_async_scope(|| ());
        holder
    });
    let recording = recorded.stop();
    read_all(&recording);
    for text in all_text(&recording) {
        let is_bad = |c: char| matches!(c, '\u{1b}' | '\u{202e}' | '\u{2028}');
        assert!(
            !text.contains("\u{1b}]0;") && !text.contains("\u{1b}["),
            "{text:?}"
        );
        assert!(
            !text.chars().any(|c| is_bad(c) && c != '\u{1b}'),
            "{text:?}"
        );
        assert!(text.len() < 16 << 10, "{}", text.len());
    }
    drop(holders);
}

/// A, whose cause is B, whose cause is A; and one that is its own.
#[test]
fn causes_in_a_circle_are_cut() {
    let mut recorded = Recorded::start();
    let next = |from: u64| async_hooks::AsyncId::try_from(from + 1).unwrap();
    let made = |ty: &'static str, trigger| {
        let made = AsyncResource::builder(ty)
            .trigger_async_id(trigger)
            .build()
            .unwrap();
        made.run_in_async_scope(|| ());
        made
    };
    let first = AsyncResource::new("First").async_id().get();
    let (own, a) = (made("Own", next(first)), made("A", next(first + 2)));
    let b = made("B", a.async_id());
    let recording = recorded.stop();
    let trigger = |of: &AsyncResource| recording.task(of.async_id()).unwrap().trigger_async_id();
    assert_eq!(
        (trigger(&own), trigger(&a), trigger(&b)),
        (own.async_id(), b.async_id(), a.async_id())
    );
    read_all(&recording);
}

#[test]
fn a_chain_of_thousands_is_cut_where_viewers_would_recurse() {
    let mut recorded = Recorded::start();
    let mut chain = vec![AsyncResource::new("Link")];
    for _ in 0..3_000 {
        let next = chain
            .last()
            .unwrap()
            .run_in_async_scope(|| AsyncResource::new("Link"));
        chain.push(next);
    }
    let recording = recorded.stop();
    assert_eq!(recording.tasks().len(), 3_001);
    read_all(&recording);
    assert!(export::speedscope::profile(&recording).len() < 8 << 20);
}

#[test]
fn what_was_overwritten_in_part_is_exported() {
    let settings = Settings {
        events: 256,
        ..Settings::default()
    };
    let recorded = Recorded::with(&settings);
    let outer = AsyncResource::new("Outer");
    let recording = outer.run_in_async_scope(|| {
        for _ in 0..2_000 {
            AsyncResource::new("Inner").run_in_async_scope(|| ());
        }
        recorded.recorder().take()
    });
    assert!(recording.overwritten() > 0);
    assert!(recording.task(outer.async_id()).unwrap().is_torn());
    read_all(&recording);
}

/// Each byte of a file is changed, and its checksum is made right: what is read all the same is exported.
#[test]
fn a_file_that_was_altered_makes_no_export_panic() {
    let mut recorded = Recorded::start();
    let outer = AsyncResource::new("Outer");
    let inner = outer.run_in_async_scope(|| NAMED.run("value", || AsyncResource::new("Inner")));
    inner.run_in_async_scope(|| ());
    let bytes = recorded.stop().to_bytes();
    let head = FORMAT.len() + 1 + 8 + 8;
    let mut read = 0;
    for at in head..bytes.len() {
        for flip in [1, 2, 0x40, 0x80, 0xff] {
            let mut bytes = bytes.clone();
            bytes[at] ^= flip;
            let sum = checksum(&bytes[head..]).to_le_bytes();
            bytes[head - 8..head].copy_from_slice(&sum);
            if let Ok(recording) = Recording::from_bytes(&bytes) {
                all_text(&recording);
                read += 1;
            }
        }
    }
    assert!(read > 100, "{read}");
}

fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
        (sum ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
    })
}
