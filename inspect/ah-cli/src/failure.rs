//! What can go wrong, each with an exit code of its own.

use std::process::ExitCode;

pub(crate) enum Failure {
    /// The command is not understood.
    Usage(String),
    /// The process said no, or what it said cannot be used.
    Refused(String),
    /// No such process, or it does not serve.
    NotServed(String),
    /// Whoever reads the output has enough.
    OutputClosed,
}

impl Failure {
    pub(crate) fn report(self) -> ExitCode {
        let (code, why) = match self {
            Self::Refused(why) => (1, why),
            Self::Usage(why) => (2, why + "\n`ah --help` says more"),
            Self::NotServed(why) => (3, why),
            Self::OutputClosed => return ExitCode::SUCCESS,
        };
        eprintln!("ah: {why}");
        ExitCode::from(code)
    }
}

/// Writes to standard output.
pub(crate) fn print(bytes: &[u8]) -> Result<(), Failure> {
    use std::io::Write as _;
    let mut out = std::io::stdout().lock();
    out.write_all(bytes)
        .and_then(|()| out.flush())
        .map_err(|_| Failure::OutputClosed)
}
