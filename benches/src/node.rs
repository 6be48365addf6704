//! Node in a process of its own, which measures what it is asked to, in turn with us.

use std::{
    cell::RefCell,
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    rc::Rc,
    time::Duration,
};

const PROGRAM: &str = include_str!("node.js");

/// A Node that waits for commands. Ends when it is dropped, its input being closed.
#[derive(Debug)]
pub struct Node {
    child: Child,
    commands: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

/// What rows share.
pub(crate) type SharedNode = Rc<RefCell<Node>>;

impl Node {
    /// Starts it, if this machine has it.
    pub fn start() -> Option<Rc<RefCell<Self>>> {
        let mut child = Command::new("node")
            .args(["-e", PROGRAM])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .ok()?;
        let commands = child.stdin.take();
        let answers = BufReader::new(child.stdout.take()?);
        Some(Rc::new(RefCell::new(Self {
            child,
            commands,
            answers,
        })))
    }

    fn measure(&mut self, name: &str, times: u32) -> std::io::Result<Duration> {
        let commands = self.commands.as_mut().expect("open until this is dropped");
        writeln!(commands, "{name} {times}")?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer)?;
        let ns = answer.trim().parse().map_err(std::io::Error::other)?;
        Ok(Duration::from_nanos(ns))
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        drop(self.commands.take());
        drop(self.child.wait());
    }
}

/// An operation of `node.js`.
pub(crate) fn batch(node: &SharedNode, name: String) -> impl FnMut(u32) -> Duration + use<> {
    let node = node.clone();
    move |times| {
        let measured = node.borrow_mut().measure(&name, times);
        measured.unwrap_or_else(|error| panic!("node did not measure {name}: {error}"))
    }
}
