//! What is read takes memory in proportion to the input, whatever the input claims.

mod support;

use std::{
    alloc::{GlobalAlloc, Layout, System},
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
};

use ah_v8::{Value, from_slice};
use support::{Random, random_value, unhex};

/// How many bytes an input of one byte may take, at most. An element of one byte becomes a `Value`, in a vector that grows
/// by doubling, and is counted by the objects.
const BYTES_PER_BYTE: usize = 512;
/// What an error and the first growth of a few vectors may take besides.
const BESIDES: usize = 16 * 1024;

struct Counting;

static NOW: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

#[expect(unsafe_code, reason = "an allocator that counts")]
// SAFETY: every call is the system allocator's, under the contract of the caller.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let now = NOW.fetch_add(layout.size(), Relaxed) + layout.size();
        MOST.fetch_max(now, Relaxed);
        // SAFETY: the caller upholds the same contract as `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller upholds the same contract as `dealloc`.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn most_taken_by(work: impl FnOnce()) -> usize {
    let before = NOW.load(Relaxed);
    MOST.store(before, Relaxed);
    work();
    MOST.load(Relaxed) - before
}

fn check(name: &str, bytes: &[u8]) {
    let limit = bytes.len() * BYTES_PER_BYTE + BESIDES;
    let readings: [(&str, &dyn Fn()); 4] = [
        ("a value", &|| drop(from_slice::<Value>(bytes))),
        ("JSON's", &|| drop(from_slice::<serde_json::Value>(bytes))),
        ("numbers", &|| drop(from_slice::<Vec<[u64; 4]>>(bytes))),
        ("options", &|| drop(from_slice::<Vec<Option<u8>>>(bytes))),
    ];
    for (what, read) in readings {
        let taken = most_taken_by(read);
        assert!(
            taken <= limit,
            "{name} of {} bytes, read as {what}: {taken} bytes",
            bytes.len()
        );
    }
}

/// One test alone, since it counts what the process allocates.
#[test]
fn memory_is_in_proportion_to_the_input() {
    let header = |rest: &[u8]| [b"\xFF\x0F", rest].concat();
    check("a length without a string", &unhex("ff0f22ffffffff0f"));
    check("a length without a buffer", &unhex("ff0f42ffffffff0f"));
    check(
        "a buffer that may become large",
        &unhex("ff0f7e00ffffffff0f"),
    );
    check("a length without elements", &unhex("ff0f41ffffffff07"));
    check(
        "a length of holes",
        &unhex("ff0f61ffffffff0f4000ffffffff0f"),
    );
    check("a length of a BigInt", &unhex("ff0f5affffffff07"));
    check(
        "elements",
        &header(&[&b"A\x80\x80\x04"[..], &[b'_'; 65536], b"$\x00\x80\x80\x04"].concat()),
    );
    check(
        "numbers",
        &header(
            &[
                &b"A\x80\x80\x04"[..],
                &b"I\x00".repeat(65536),
                b"$\x00\x80\x80\x04",
            ]
            .concat(),
        ),
    );
    check(
        "objects",
        &header(
            &[
                &b"A\x80\x80\x04"[..],
                &b"o{\x00".repeat(65536),
                b"$\x00\x80\x80\x04",
            ]
            .concat(),
        ),
    );
    check(
        "references",
        &header(
            &[
                &b"A\x80\x80\x04"[..],
                &b"^\x00".repeat(65536),
                b"$\x00\x80\x80\x04",
            ]
            .concat(),
        ),
    );
    // each claims as many elements as there are bytes left
    let claims: Vec<u8> = b"A\xE0\x80\x04".repeat(127);
    check(
        "claims within one another",
        &header(&[&claims[..], &[b'_'; 70_000]].concat()),
    );
    check(
        "names",
        &header(&[&b"o"[..], &b"\"\x01aI\x00".repeat(20_000)].concat()),
    );
    for seed in 0..200 {
        let random = &mut Random::new(seed);
        let mut bytes = ah_v8::to_vec(&random_value(random)).expect("a value");
        for _ in 0..20 {
            let at = random.below(bytes.len());
            let byte = std::mem::replace(&mut bytes[at], random.next() as u8);
            check("a random value with a byte changed", &bytes);
            bytes[at] = byte;
        }
    }
}
