//! The example on a channel on which something goes wrong. The parent is this test: its end of a pair of sockets is the
//! standard input of the child.

#![cfg(unix)]

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::Shutdown,
    os::{fd::OwnedFd, unix::net::UnixStream},
    process::{Child, Command, Stdio},
    thread,
};

use serde_json::{Value, json};

struct Parent {
    channel: UnixStream,
    child: Child,
}

/// What became of a child.
struct End {
    lines: String,
    report: String,
    code: Option<i32>,
}

impl Parent {
    fn start(serialization: &str) -> Self {
        let (channel, theirs) = UnixStream::pair().expect("sockets");
        let child = Command::new(env!("CARGO_BIN_EXE_node_parent"))
            .envs([
                ("NODE_CHANNEL_FD", "0"),
                ("NODE_CHANNEL_SERIALIZATION_MODE", serialization),
            ])
            .stdin(OwnedFd::from(theirs))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it is built");
        Self { channel, child }
    }

    fn send(&mut self, bytes: &[u8]) {
        self.channel.write_all(bytes).expect("the child reads");
    }

    /// Sends no more, and waits for the end of the child.
    fn end(mut self) -> End {
        let _ = self.channel.shutdown(Shutdown::Write); // the child may have ended
        let _ = self.channel.read_to_end(&mut Vec::new()); // with bytes that the child has not read, the end is a reset
        let output = self.child.wait_with_output().expect("it ends");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        let (lines, report) = (
            text(output.stdout),
            text(output.stderr).trim_end().to_owned(),
        );
        End {
            lines,
            report,
            code: output.status.code(),
        }
    }

    /// Reads one answer.
    fn answer(&mut self) -> Value {
        let mut line = Vec::new();
        let mut byte = [0];
        while byte != *b"\n" {
            self.channel.read_exact(&mut byte).expect("an answer"); // and nothing of the next one
            line.extend(byte);
        }
        serde_json::from_slice(&line).expect("JSON")
    }
}

fn request(id: u64, prices: &[f64]) -> Vec<u8> {
    let message =
        json!({ "id": id, "context": { "request_id": 7, "tenant": "acme" }, "prices": prices });
    (message.to_string() + "\n").into_bytes()
}

fn counted(message: &Value) -> Vec<u8> {
    let message = ah_v8::to_vec(message).expect("it has a form");
    let length = u32::try_from(message.len()).expect("short");
    [&length.to_be_bytes()[..], &message].concat()
}

#[track_caller]
fn ends_with(serialization: &str, bytes: &[u8], report: &str) {
    let mut parent = Parent::start(serialization);
    parent.send(bytes);
    let end = parent.end();
    assert_eq!((end.report.as_str(), end.code), (report, Some(1)));
}

#[test]
fn a_malformed_frame_is_a_clear_error() {
    ends_with(
        "json",
        b"{\"id\": 1,]\n",
        "child: frame 1 is not in JSON: key must be a string at line 1 column 10",
    );
    ends_with(
        "json",
        b"\n",
        "child: frame 1 is not in JSON: EOF while parsing a value at line 1 column 0",
    );
    ends_with(
        "json",
        b"{\"id\": 1",
        "child: the channel ends within frame 1",
    );
    ends_with(
        "json",
        &vec![b' '; (1 << 20) + 1],
        "child: frame 1 is a line of more than 1048576 bytes",
    );
    ends_with(
        "advanced",
        b"\xff\xff\xff\xff\xff\x0f",
        "child: frame 1 has 4294967295 bytes: 1048576 are the most",
    );
    ends_with(
        "advanced",
        b"\0\0\0\x05\xff\x0f",
        "child: the channel ends within frame 1",
    );
    ends_with(
        "advanced",
        b"\0\0",
        "child: the channel ends within frame 1",
    );
    ends_with(
        "advanced",
        b"\0\0\0\x02{}",
        "child: frame 1 is not in V8's format: no header: the input does not begin as V8's format does (at byte 0)",
    );
    ends_with(
        "advanced",
        b"\0\0\0\x05\xff\x0fo\"\x09",
        "child: frame 1 is not in V8's format: a length beyond the end of the input (at byte 4)",
    );
}

#[test]
fn frames_may_come_in_pieces_and_several_at_once() {
    let frame = counted(&json!({ "id": 1, "context": { "tenant": "acme" }, "prices": [1, 2.5] }));
    let mut parent = Parent::start("advanced");
    for byte in &frame {
        parent.send(&[*byte]);
    }
    parent.send(&frame.repeat(3));
    let mut answers = Vec::new();
    for _ in 0..4 {
        let mut length = [0; 4];
        parent.channel.read_exact(&mut length).expect("an answer");
        let mut answer = vec![0; u32::from_be_bytes(length) as usize];
        parent.channel.read_exact(&mut answer).expect("an answer");
        answers.push(ah_v8::from_slice::<Value>(&answer).expect("V8's format"));
    }
    assert_eq!(
        answers,
        vec![json!({ "id": 1, "context": { "tenant": "acme" }, "total": 3.5 }); 4]
    );
    let end = parent.end();
    assert_eq!(
        end.report,
        "child: the channel is closed: 4 messages, 4 answers"
    );
    assert_eq!(end.code, Some(0));
}

/// It is answered without what it says, and those after it are as ever.
#[test]
fn what_is_no_request_is_answered_and_the_channel_stays_open() {
    let mut parent = Parent::start("json");
    parent.send(b"{\"id\": \"s3cret\"}\n");
    assert_eq!(
        parent.answer(),
        json!({ "id": null, "context": {}, "error": "this is no request: a message of another form" })
    );
    parent.send(&request(2, &[1.0]));
    let context = json!({ "request_id": 7, "tenant": "acme" });
    assert_eq!(
        parent.answer(),
        json!({ "id": 2, "context": context, "total": 1.0 })
    );
    assert_eq!(parent.end().code, Some(0));
}

#[test]
fn a_store_of_the_wrong_type_is_refused_by_its_name_and_the_others_are_used() {
    let mut parent = Parent::start("json");
    parent.send(b"{\"id\": 1, \"context\": {\"request_id\": \"s3cret\", \"tenant\": \"acme\", \"other\": [[]]}, \"prices\": []}\n");
    assert_eq!(parent.answer()["context"], json!({ "tenant": "acme" }));
    let end = parent.end();
    let refusal = "the store of `request_id` is refused: a string where u64 is expected";
    assert!(
        end.lines.lines().any(|line| line.contains(refusal)),
        "{}",
        end.lines
    );
    assert!(!end.lines.contains("s3cret"), "{}", end.lines);
}

/// As many requests as may be in progress and fit into the channel are taken, and no more until answers are read. Then, all
/// are answered.
#[test]
fn a_parent_that_reads_no_answers_is_not_read_either() {
    const REQUESTS: u64 = 500;
    let mut parent = Parent::start("json");
    let lines = parent.child.stdout.take().expect("a pipe");
    let lines = thread::spawn(|| BufReader::new(lines).lines().count());
    let requests: Vec<u8> = (0..REQUESTS)
        .flat_map(|id| request(id, &[0.5; 1_000]))
        .collect();
    let sent = write_while_it_is_read(&parent.channel, &requests);
    assert!(sent < requests.len(), "all was read");

    let answers = parent.channel.try_clone().expect("a descriptor");
    let answers = thread::spawn(|| {
        BufReader::new(answers)
            .lines()
            .take(REQUESTS as usize)
            .count()
    });
    parent.send(&requests[sent..]);
    assert_eq!(answers.join().expect("no panic"), REQUESTS as usize);
    assert_eq!(
        parent.end().report,
        "child: the channel is closed: 500 messages, 500 answers"
    );
    assert_eq!(lines.join().expect("no panic"), 3 * REQUESTS as usize);
}

/// Returns how much was written when the other side seems to read no more.
fn write_while_it_is_read(mut channel: &UnixStream, bytes: &[u8]) -> usize {
    channel.set_nonblocking(true).expect("a socket");
    let (mut written, mut refused) = (0, 0);
    while written < bytes.len() && refused < 20_000 {
        match channel.write(&bytes[written..]) {
            Ok(more) => (written, refused) = (written + more, 0),
            Err(_) => {
                refused += 1;
                thread::yield_now();
            }
        }
    }
    channel.set_nonblocking(false).expect("a socket");
    written
}

/// Nothing of the environment is believed.
#[test]
fn without_a_parent_it_says_how_it_is_started() {
    let run = |variables: &[(&str, &str)]| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_node_parent"));
        child
            .env_remove("NODE_CHANNEL_FD")
            .env_remove("NODE_CHANNEL_SERIALIZATION_MODE")
            .stdin(Stdio::null());
        let output = child
            .envs(variables.iter().copied())
            .output()
            .expect("it is built");
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8_lossy(&output.stderr)
            .trim_end()
            .to_owned()
    };
    let start = "start this by `fork` of Node, as `node parent.mjs` does";
    assert_eq!(
        run(&[]),
        format!("child: NODE_CHANNEL_FD is not set: {start}")
    );
    assert_eq!(
        run(&[("NODE_CHANNEL_FD", "three")]),
        format!("child: NODE_CHANNEL_FD is no number: {start}")
    );
    assert_eq!(
        run(&[("NODE_CHANNEL_FD", "-1")]),
        format!("child: NODE_CHANNEL_FD is no open descriptor: {start}")
    );
    assert_eq!(
        run(&[("NODE_CHANNEL_FD", "0")]),
        format!("child: NODE_CHANNEL_FD is no socket of a parent: {start}")
    );
    assert_eq!(
        run(&[
            ("NODE_CHANNEL_FD", "0"),
            ("NODE_CHANNEL_SERIALIZATION_MODE", "xml")
        ]),
        "child: NODE_CHANNEL_SERIALIZATION_MODE is neither `json` nor `advanced`"
    );
}
