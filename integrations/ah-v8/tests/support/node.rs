//! A Node.js that runs `driver.mjs`: a request a line, an answer a line.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use serde_json::{Value as Json, json};

use super::{hex, unhex};

pub(crate) struct Node {
    child: Child,
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    writes_causes_first: bool,
}

pub(crate) enum Reply {
    Equal { theirs: Vec<u8> },
    Different(String),
}

pub(crate) struct Made {
    pub(crate) bytes: Vec<u8>,
    pub(crate) description: Json,
}

impl Node {
    pub(crate) fn start() -> Self {
        let program = std::env::var("AH_NODE").unwrap_or_else(|_| "node".into());
        let driver = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/driver.mjs");
        let child = Command::new(&program)
            .arg("--jitless") // compiled code may keep an integer as a double, and V8 writes it as one
            .arg(driver)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let mut child = child.unwrap_or_else(|error| {
            panic!("this test needs Node.js 20 or later as `{program}`, or where AH_NODE says, and it does not start: {error}")
        });
        let requests = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut node = Self {
            child,
            requests,
            answers,
            writes_causes_first: false,
        };
        let hello = node.ask(&json!({ "op": "hello" }));
        let major = hello["major"].as_u64().expect("a version");
        assert!(
            major >= 20,
            "this test needs Node.js 20 or later, and `{program}` is {major}"
        );
        node.writes_causes_first = hello["causesFirst"] == true;
        node
    }

    /// V8 moved the cause of an error to its end, some time after Node 20.
    pub(crate) fn writes_causes_first(&self) -> bool {
        self.writes_causes_first
    }

    pub(crate) fn check(&mut self, whole: bool, bytes: &[u8], script: &str) -> Reply {
        let answer = self
            .ask(&json!({ "op": "check", "whole": whole, "bytes": hex(bytes), "script": script }));
        match answer["different"].as_str() {
            Some(how) => Reply::Different(how.to_owned()),
            None => Reply::Equal {
                theirs: bytes_of(&answer),
            },
        }
    }

    pub(crate) fn make(&mut self, whole: bool, seed: u64) -> Made {
        let mut answer = self.ask(&json!({ "op": "make", "whole": whole, "seed": seed }));
        Made {
            bytes: bytes_of(&answer),
            description: answer["description"].take(),
        }
    }

    pub(crate) fn evaluate(&mut self, script: &str) -> Vec<u8> {
        bytes_of(&self.ask(&json!({ "op": "evaluate", "script": script })))
    }

    fn ask(&mut self, request: &Json) -> Json {
        let requests = self.requests.as_mut().expect("open until this is dropped");
        writeln!(requests, "{request}").expect("Node reads");
        let mut answer = String::new();
        self.answers.read_line(&mut answer).expect("Node answers");
        serde_json::from_str(&answer)
            .unwrap_or_else(|error| panic!("{error} in Node's answer {answer:?} to {request}"))
    }
}

fn bytes_of(answer: &Json) -> Vec<u8> {
    unhex(
        answer["bytes"]
            .as_str()
            .unwrap_or_else(|| panic!("no bytes in {answer}")),
    )
}

impl Drop for Node {
    fn drop(&mut self) {
        drop(self.requests.take());
        drop(self.child.wait());
    }
}
