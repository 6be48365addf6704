//! The type names that Node gives to its own resources, for the same things here.
//!
//! Types of your own may be any text; put your package's name in front if they could collide.

/// Makes a constant of each name, and the table.
macro_rules! providers {
    ($($name:ident)*) => {
        $(
            #[doc = concat!("`", stringify!($name), "`.")]
            pub const $name: &str = stringify!($name);
        )*

        const NAMES: &[&str] = &[$($name),*];
    };
}

providers! {
    NONE DIRHANDLE DNSCHANNEL ELDHISTOGRAM FILEHANDLE FILEHANDLECLOSEREQ BLOBREADER
    FSEVENTWRAP FSREQCALLBACK FSREQPROMISE GETADDRINFOREQWRAP GETNAMEINFOREQWRAP
    HEAPSNAPSHOT HTTP2SESSION HTTP2STREAM HTTP2PING HTTP2SETTINGS HTTPINCOMINGMESSAGE
    HTTPCLIENTREQUEST LOCKS JSSTREAM JSUDPWRAP MESSAGEPORT PIPECONNECTWRAP PIPESERVERWRAP
    PIPEWRAP PROCESSWRAP PROMISE QUERYWRAP QUIC_ENDPOINT QUIC_LOGSTREAM QUIC_SESSION
    QUIC_STREAM QUIC_UDP SHUTDOWNWRAP SIGNALWRAP STATWATCHER STREAMPIPE TCPCONNECTWRAP
    TCPSERVERWRAP TCPWRAP TTYWRAP UDPSENDWRAP UDPWRAP SIGINTWATCHDOG WORKER WORKERCPUPROFILE
    WORKERCPUUSAGE WORKERHEAPPROFILE WORKERHEAPSNAPSHOT WORKERHEAPSTATISTICS WRITEWRAP ZLIB
    CHECKPRIMEREQUEST PBKDF2REQUEST KEYPAIRGENREQUEST KEYGENREQUEST KEYEXPORTREQUEST
    ARGON2REQUEST CIPHERREQUEST DERIVEBITSREQUEST HASHREQUEST RANDOMBYTESREQUEST
    RANDOMPRIMEREQUEST SCRYPTREQUEST SIGNREQUEST TLSWRAP VERIFYREQUEST
}

/// What `next_tick` makes in Node, in script: no provider.
pub const TICK_OBJECT: &str = "TickObject";
/// What `set_timeout` and `set_interval` make in Node, in script: no provider.
pub const TIMEOUT: &str = "Timeout";
/// What `set_immediate` makes in Node, in script: no provider.
pub const IMMEDIATE: &str = "Immediate";
/// What `queueMicrotask` makes in Node, in script: no provider.
pub const MICROTASK: &str = "Microtask";

/// Returns Node's provider names with their numbers, in its order.
///
/// These are 68 names of its current line; a release may have a few more or fewer, under other numbers. Types that Node
/// makes in script, such as [`TIMEOUT`], are no providers there, and are not in the table.
///
/// # Examples
///
/// ```
/// # use ah_core as ah;
/// assert_eq!(ah::async_wrap_providers()[0], (ah::providers::NONE, 0));
/// assert!(ah::async_wrap_providers().iter().any(|(name, _)| *name == "TCPWRAP"));
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
