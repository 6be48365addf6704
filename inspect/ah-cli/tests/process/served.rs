//! The process that is looked into.

use std::{
    io::{BufRead as _, BufReader, Read as _},
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
};

use ah_inspect::{Recorder, Settings};
use async_hooks::{AsyncLocalStorage, AsyncResource};

static TENANT: AsyncLocalStorage<&str> = AsyncLocalStorage::builder()
    .name("tenant")
    .shown()
    .required()
    .build();

/// Serves until standard input is closed.
pub(crate) fn serve() {
    let _recorder = Recorder::start(&Settings::default()).expect("nothing else records");
    let server = AsyncResource::new("SERVER");
    let query = server.run_in_async_scope(|| TENANT.run("acme", || AsyncResource::new("Query")));
    query.run_in_async_scope(|| ());
    assert_eq!(TENANT.get(), None); // the loss
    ah_inspect::serve().expect("a socket");
    println!("{}", query.async_id());
    let _closed = std::io::stdin().read_to_end(&mut Vec::new());
}

/// A process that serves, in a directory of its own.
pub(crate) struct Served {
    child: Child,
    /// The id of its query.
    pub(crate) query: u64,
    runtime: PathBuf,
}

impl Served {
    pub(crate) fn start(name: &str) -> Self {
        let runtime = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _old = std::fs::remove_dir_all(&runtime);
        std::fs::create_dir_all(&runtime).expect("a directory");
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .arg("serve")
            .env("XDG_RUNTIME_DIR", &runtime)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("this program once more");
        let mut line = String::new();
        let out = child.stdout.take().expect("it is piped");
        BufReader::new(out).read_line(&mut line).expect("a line");
        let query = line.trim().parse().expect("an id");
        Self {
            child,
            query,
            runtime,
        }
    }

    pub(crate) fn pid(&self) -> String {
        self.child.id().to_string()
    }

    pub(crate) fn directory(&self) -> PathBuf {
        self.runtime.join("ah")
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.directory().join(format!("{}.sock", self.pid()))
    }

    pub(crate) fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Ends it, and its socket stays.
    pub(crate) fn end(&mut self) {
        drop(self.child.stdin.take());
        self.child.wait().expect("it ends");
    }

    pub(crate) fn ah(&self, words: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_ah"))
            .args(words)
            .env("XDG_RUNTIME_DIR", &self.runtime)
            .output()
            .expect("the command runs")
    }

    /// What a command says that succeeds.
    #[track_caller]
    pub(crate) fn says(&self, words: &[&str]) -> String {
        let output = self.ah(words);
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("text");
        assert!(
            output.status.success(),
            "{words:?}: {}",
            text(&output.stderr)
        );
        assert!(
            output.stderr.is_empty(),
            "{words:?}: {}",
            text(&output.stderr)
        );
        text(&output.stdout)
    }

    /// The exit code of a command that fails, and what it says of that.
    #[track_caller]
    pub(crate) fn fails(&self, words: &[&str]) -> (i32, String) {
        let output = self.ah(words);
        let said = String::from_utf8(output.stderr).expect("text");
        (output.status.code().expect("it exits"), said)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.end();
    }
}
