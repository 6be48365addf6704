//! Against a real Node.js, both ways: what this crate writes is what Node reads, and what Node writes is what it reads.
//!
//! `cargo test -p ah-v8 --test node`; `cargo test` alone does not, since it needs Node 20 or later. `AH_NODE` names
//! another program than `node`, and `AH_V8_SEED` a first seed other than 1.

mod support;

use ah_v8::{Deserializer, Serializer, Value};
#[cfg(unix)]
use support::Echo;
use support::{Node, Random, Reply, describe, random_value, script};

const VALUES: u64 = 2_000;

fn first_seed() -> u64 {
    let seed = std::env::var("AH_V8_SEED").ok();
    seed.map_or(1, |seed| seed.parse().expect("AH_V8_SEED is a number"))
}

/// Both forms of a value: with views as `v8.serialize` writes them, and with whole buffers.
fn write(value: &Value, whole: bool) -> Vec<u8> {
    let mut serializer = if whole {
        Serializer::new()
    } else {
        Serializer::with_views_as_host_objects()
    };
    serializer.write_header();
    serializer
        .write_value(value)
        .expect("a value that can be written");
    serializer.release_buffer()
}

/// Returns `true` if V8 has one way to write it. An array of integers and other numbers depends on how the engine keeps
/// it.
fn is_canonical(value: &Value, node: &Node) -> bool {
    let has_cause = node.writes_causes_first() && support::has_cause(value);
    !has_cause && !support::has_mixed_numbers(value)
}

fn read(bytes: &[u8]) -> Value {
    let mut deserializer = Deserializer::new(bytes);
    deserializer.read_header().expect("a header");
    let value = deserializer.read_value().expect("a value");
    deserializer.end().expect("no more");
    value
}

#[test]
fn node_reads_what_we_write() {
    let mut node = Node::start();
    let mut all_canonical = 0;
    for whole in [false, true] {
        for seed in first_seed()..first_seed() + VALUES {
            let value = random_value(&mut Random::new(seed));
            let bytes = write(&value, whole);
            assert_eq!(read(&bytes), support::as_read(&value, whole), "seed {seed}");
            let script = if whole {
                script(&support::whole_views(&value))
            } else {
                script(&value)
            };
            match node.check(whole, &bytes, &script) {
                Reply::Equal { theirs } => {
                    if is_canonical(&value, &node) {
                        assert_eq!(
                            support::hex(&theirs),
                            support::hex(&bytes),
                            "seed {seed}: {script}"
                        );
                        all_canonical += 1;
                    }
                }
                Reply::Different(how) => {
                    panic!("seed {seed}: {how}\n{script}\n{}", support::hex(&bytes))
                }
            }
        }
    }
    assert!(
        all_canonical > VALUES,
        "few were compared byte for byte: {all_canonical}"
    );
}

#[test]
fn we_read_what_node_writes() {
    let mut node = Node::start();
    let mut all_canonical = 0;
    for whole in [false, true] {
        for seed in first_seed()..first_seed() + VALUES {
            let made = node.make(whole, seed);
            let value = read(&made.bytes);
            let expected = describe::value(&made.description);
            assert_eq!(
                support::without_holes(&value),
                expected,
                "seed {seed}: {}",
                support::hex(&made.bytes)
            );
            if is_canonical(&value, &node) {
                let ours = write(&value, whole);
                assert_eq!(
                    support::hex(&ours),
                    support::hex(&made.bytes),
                    "seed {seed}"
                );
                all_canonical += 1;
            }
        }
    }
    assert!(
        all_canonical > VALUES,
        "few were compared byte for byte: {all_canonical}"
    );
}

/// A child that answers each message with itself: what it reads and writes is in the form of `child_process`.
#[cfg(unix)]
#[test]
fn messages_come_back_over_the_channel_of_a_child_process() {
    let mut echo = Echo::start();
    let mut views = 0;
    for seed in first_seed()..first_seed() + VALUES / 4 {
        let value = Value::from(vec![random_value(&mut Random::new(seed))]); // `undefined` is no message
        let mut serializer = Serializer::for_child_process();
        serializer.write_header();
        serializer.write_value(&value).expect("a value");
        let answer = echo.ask(&serializer.release_buffer());
        let mut deserializer = Deserializer::for_child_process(&answer);
        deserializer.read_header().expect("a header");
        let read = deserializer.read_value().expect("a value");
        let (read, sent) = (
            support::without_holes(&read),
            support::as_read(&value, false),
        );
        assert_eq!(read, support::without_holes(&sent), "seed {seed}");
        views += usize::from(answer.contains(&b'\\'));
    }
    assert!(views > 50, "few messages with views: {views}");
}

#[test]
fn the_recorded_vectors_are_what_node_writes() {
    let mut node = Node::start();
    for vector in support::vectors() {
        if vector.is_of_older_nodes() && !node.writes_causes_first() {
            continue;
        }
        let bytes = node.evaluate(&vector.script);
        assert_eq!(support::hex(&bytes), vector.hex, "{}", vector.script);
    }
}
