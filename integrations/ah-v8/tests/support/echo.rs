//! A Node.js as a child process that sends back what it is sent. Its channel is its standard input.

use std::{
    io::{Read as _, Write as _},
    os::{fd::OwnedFd, unix::net::UnixStream},
    process::{Child, Command},
};

pub(crate) struct Echo {
    channel: UnixStream,
    child: Child,
}

impl Echo {
    pub(crate) fn start() -> Self {
        let program = std::env::var_os("AH_NODE").unwrap_or_else(|| "node".into());
        let (channel, theirs) = UnixStream::pair().expect("sockets");
        let child = Command::new(program)
            .args([
                "-e",
                "process.on('message', (message) => process.send(message))",
            ])
            .envs([
                ("NODE_CHANNEL_FD", "0"),
                ("NODE_CHANNEL_SERIALIZATION_MODE", "advanced"),
            ])
            .stdin(OwnedFd::from(theirs))
            .spawn()
            .expect("a Node 20 or later is needed as `node`, or where AH_NODE says");
        Self { channel, child }
    }

    /// Sends a message. Returns the answer.
    pub(crate) fn ask(&mut self, message: &[u8]) -> Vec<u8> {
        let length = u32::try_from(message.len()).expect("short");
        self.channel
            .write_all(&length.to_be_bytes())
            .expect("Node reads");
        self.channel.write_all(message).expect("Node reads");
        let mut length = [0; 4];
        self.channel.read_exact(&mut length).expect("Node answers");
        let mut answer = vec![0; u32::from_be_bytes(length) as usize];
        self.channel.read_exact(&mut answer).expect("Node answers");
        answer
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        let _ = self.channel.shutdown(std::net::Shutdown::Both);
        let _ = self.child.wait();
    }
}
