//! Recordings as files: what was written is read, and whatever else is refused.

use ah_inspect::{FORMAT, ReadErrorKind, Recording};
use async_hooks::{AsyncLocalStorage, AsyncResource};

use crate::recorded::Recorded;

static TENANT: AsyncLocalStorage<&str> =
    AsyncLocalStorage::builder().name("tenant").shown().build();

fn recording() -> Recording {
    let mut recorded = Recorded::start();
    let _query = TENANT.run("acme", || {
        let query = AsyncResource::new("Query");
        query.run_in_async_scope(|| AsyncResource::new("Row"))
    });
    recorded.stop()
}

#[test]
fn a_recording_is_read_as_it_was_written() {
    let recording = recording();
    assert_eq!(recording.tasks().len(), 2);
    let bytes = recording.to_bytes();
    assert!(bytes.starts_with(FORMAT.as_bytes()));
    assert_eq!(Recording::from_bytes(&bytes).unwrap(), recording);
}

#[test]
fn each_cut_and_each_changed_byte_is_refused() {
    let bytes = recording().to_bytes();
    for len in 0..bytes.len() {
        Recording::from_bytes(&bytes[..len]).unwrap_err();
    }
    for at in 0..bytes.len() {
        for flip in [1, 0x80, 0xff] {
            let mut changed = bytes.clone();
            changed[at] ^= flip;
            Recording::from_bytes(&changed).unwrap_err();
        }
    }
    let mut longer = bytes.clone();
    longer.push(0);
    Recording::from_bytes(&longer).unwrap_err();
}

#[test]
fn another_version_is_named_as_one() {
    let kind = |bytes: &[u8]| Recording::from_bytes(bytes).unwrap_err().kind();
    assert_eq!(kind(b"ah-recording-1\n"), ReadErrorKind::AnotherVersion);
    assert_eq!(kind(b"ah-recording-22\n"), ReadErrorKind::AnotherVersion);
    assert_eq!(kind(b"PNG"), ReadErrorKind::NotARecording);
    assert_eq!(
        kind(format!("{FORMAT}\n").as_bytes()),
        ReadErrorKind::Damaged
    );
}

/// A body that lies, under a checksum that does not.
#[test]
fn a_length_that_lies_allocates_nothing() {
    let mut body = vec![0; 5];
    body.extend([0xff; 9]);
    body.push(1);
    let sum = body.iter().fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| {
        (sum ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
    });
    let mut bytes = format!("{FORMAT}\n").into_bytes();
    bytes.extend((body.len() as u64).to_le_bytes());
    bytes.extend(sum.to_le_bytes());
    bytes.extend(body);
    assert_eq!(
        Recording::from_bytes(&bytes).unwrap_err().kind(),
        ReadErrorKind::Damaged
    );
}
