//! What an id may be.

use std::collections::HashSet;

use ah_tower::RequestId;

/// Nothing that has a meaning in a log line, a shell, a URL or HTML.
const ALLOWED: &str = "-_.:~+/=@0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

#[test]
fn each_byte_is_allowed_or_refused() {
    for byte in 0..=u8::MAX {
        let read = RequestId::read(&[b'a', byte, b'z']);
        let is_allowed = ALLOWED.as_bytes().contains(&byte);
        assert_eq!(read.is_ok(), is_allowed, "{byte:#x}");
        let Ok(id) = read else { continue };
        assert_eq!(id.as_str().as_bytes(), [b'a', byte, b'z']);
        assert_eq!(id.to_header_value().as_bytes(), id.as_str().as_bytes());
        assert_eq!(id.to_string().parse(), Ok(id));
    }
}

#[test]
fn an_id_has_1_to_128_characters() {
    for (length, why) in [
        (0, Some("empty")),
        (1, None),
        (128, None),
        (129, Some("longer than 128")),
    ] {
        match (RequestId::read(&vec![b'a'; length]), why) {
            (Ok(id), None) => assert_eq!(id.as_str().len(), length),
            (Err(error), Some(why)) => assert!(error.to_string().contains(why), "{error}"),
            (read, _) => panic!("{length}: {read:?}"),
        }
    }
}

#[test]
fn the_longest_is_counted_in_bytes_and_names_no_value() {
    let error = RequestId::read("é".repeat(64).as_bytes()).unwrap_err();
    let text = format!("{error} {error:?}");
    assert!(text.contains("character") && !text.contains('é'), "{text}");
}

#[test]
fn a_new_id_is_allowed_and_never_the_same() {
    let ids: HashSet<_> = (0..1_000).map(|_| RequestId::random()).collect();
    assert_eq!(ids.len(), 1_000);
    for id in ids {
        let is_digit = |digit: u8| digit.is_ascii_digit() || (b'a'..=b'f').contains(&digit);
        assert!(id.as_str().bytes().all(is_digit), "{id}");
        assert_eq!(RequestId::read(id.as_str().as_bytes()), Ok(id));
    }
}
