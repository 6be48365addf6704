//! The types of resources: the names that Node gives to its own, for the same things here, and ours.
//!
//! Types of your own may be any text; put your package's name in front if they could collide.

/// Creates a constant of each name, and the table. One with `""` in front is hidden: Node has it for what Rust programs do
/// not have, or have under other names.
macro_rules! providers {
    ($($($rare:literal)? $name:ident)*) => {
        $(
            #[doc = concat!("`", stringify!($name), "`.")]
            $(#[doc(hidden)] #[doc = $rare])?
            pub const $name: &str = stringify!($name);
        )*

        const NAMES: &[&str] = &[$($name),*];
    };
}

providers! {
    NONE DIRHANDLE "" DNSCHANNEL "" ELDHISTOGRAM FILEHANDLE FILEHANDLECLOSEREQ "" BLOBREADER
    FSEVENTWRAP FSREQCALLBACK FSREQPROMISE GETADDRINFOREQWRAP GETNAMEINFOREQWRAP "" HEAPSNAPSHOT
    HTTP2SESSION HTTP2STREAM "" HTTP2PING "" HTTP2SETTINGS HTTPINCOMINGMESSAGE HTTPCLIENTREQUEST
    "" LOCKS "" JSSTREAM "" JSUDPWRAP MESSAGEPORT PIPECONNECTWRAP PIPESERVERWRAP PIPEWRAP
    PROCESSWRAP PROMISE QUERYWRAP "" QUIC_ENDPOINT "" QUIC_LOGSTREAM "" QUIC_SESSION "" QUIC_STREAM
    "" QUIC_UDP SHUTDOWNWRAP SIGNALWRAP STATWATCHER "" STREAMPIPE TCPCONNECTWRAP TCPSERVERWRAP
    TCPWRAP TTYWRAP UDPSENDWRAP UDPWRAP "" SIGINTWATCHDOG WORKER "" WORKERCPUPROFILE
    "" WORKERCPUUSAGE "" WORKERHEAPPROFILE "" WORKERHEAPSNAPSHOT "" WORKERHEAPSTATISTICS WRITEWRAP
    ZLIB "" CHECKPRIMEREQUEST "" PBKDF2REQUEST "" KEYPAIRGENREQUEST "" KEYGENREQUEST
    "" KEYEXPORTREQUEST "" ARGON2REQUEST "" CIPHERREQUEST "" DERIVEBITSREQUEST "" HASHREQUEST
    "" RANDOMBYTESREQUEST "" RANDOMPRIMEREQUEST "" SCRYPTREQUEST "" SIGNREQUEST TLSWRAP
    "" VERIFYREQUEST
}

/// A task: a spawned future, or a [`Task`](crate::Task). No provider of Node's.
pub const TASK: &str = "TASK";
/// A thread of [`thread`](crate::thread). No provider of Node's.
pub const THREAD: &str = "THREAD";
/// A closure on a runtime's threads for blocking work. No provider of Node's.
pub const BLOCKING: &str = "BLOCKING";
/// A snapshot or a bound closure, as in Node, where it is no provider.
pub const BOUND_ANONYMOUS_FN: &str = "bound-anonymous-fn";
/// What `next_tick` creates in Node, in script: no provider.
pub const TICK_OBJECT: &str = "TickObject";
/// What `set_timeout` and `set_interval` create in Node, in script: no provider.
pub const TIMEOUT: &str = "Timeout";
/// What `set_immediate` creates in Node, in script: no provider.
pub const IMMEDIATE: &str = "Immediate";
/// What `queueMicrotask` creates in Node, in script: no provider.
pub const MICROTASK: &str = "Microtask";

/// Returns Node's provider names with their numbers, in its order.
///
/// These are 68 names of its current line; a release may have a few more or fewer, under other numbers. Types that Node
/// creates in script, such as [`TIMEOUT`], are no providers there, and are not in the table.
///
/// # Examples
///
/// ```
/// # use ah_core as async_hooks;
/// assert_eq!(async_hooks::async_wrap_providers()[0], (async_hooks::providers::NONE, 0));
/// assert!(async_hooks::async_wrap_providers().iter().any(|(name, _)| *name == "TCPWRAP"));
/// ```
#[doc(alias = "asyncWrapProviders")]
#[must_use]
pub const fn async_wrap_providers() -> &'static [(&'static str, u32)] {
    &TABLE
}

const TABLE: [(&str, u32); NAMES.len()] = {
    let mut table = [("", 0); NAMES.len()];
    let mut number = 0;
    while number < NAMES.len() {
        table[number] = (NAMES[number], number as u32);
        number += 1;
    }
    table
};
