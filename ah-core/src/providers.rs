//! The type names that Node gives to its own resources, for the same things here.
//!
//! Types of your own may be any text; put your package's name in front if they could collide.

/// `NONE`.
pub const NONE: &str = "NONE";
/// `DIRHANDLE`.
pub const DIRHANDLE: &str = "DIRHANDLE";
/// `DNSCHANNEL`.
pub const DNSCHANNEL: &str = "DNSCHANNEL";
/// `ELDHISTOGRAM`.
pub const ELDHISTOGRAM: &str = "ELDHISTOGRAM";
/// `FILEHANDLE`.
pub const FILEHANDLE: &str = "FILEHANDLE";
/// `FILEHANDLECLOSEREQ`.
pub const FILEHANDLECLOSEREQ: &str = "FILEHANDLECLOSEREQ";
/// `BLOBREADER`.
pub const BLOBREADER: &str = "BLOBREADER";
/// `FSEVENTWRAP`.
pub const FSEVENTWRAP: &str = "FSEVENTWRAP";
/// `FSREQCALLBACK`.
pub const FSREQCALLBACK: &str = "FSREQCALLBACK";
/// `FSREQPROMISE`.
pub const FSREQPROMISE: &str = "FSREQPROMISE";
/// `GETADDRINFOREQWRAP`.
pub const GETADDRINFOREQWRAP: &str = "GETADDRINFOREQWRAP";
/// `GETNAMEINFOREQWRAP`.
pub const GETNAMEINFOREQWRAP: &str = "GETNAMEINFOREQWRAP";
/// `HEAPSNAPSHOT`.
pub const HEAPSNAPSHOT: &str = "HEAPSNAPSHOT";
/// `HTTP2SESSION`.
pub const HTTP2SESSION: &str = "HTTP2SESSION";
/// `HTTP2STREAM`.
pub const HTTP2STREAM: &str = "HTTP2STREAM";
/// `HTTP2PING`.
pub const HTTP2PING: &str = "HTTP2PING";
/// `HTTP2SETTINGS`.
pub const HTTP2SETTINGS: &str = "HTTP2SETTINGS";
/// `HTTPINCOMINGMESSAGE`.
pub const HTTPINCOMINGMESSAGE: &str = "HTTPINCOMINGMESSAGE";
/// `HTTPCLIENTREQUEST`.
pub const HTTPCLIENTREQUEST: &str = "HTTPCLIENTREQUEST";
/// `LOCKS`.
pub const LOCKS: &str = "LOCKS";
/// `JSSTREAM`.
pub const JSSTREAM: &str = "JSSTREAM";
/// `JSUDPWRAP`.
pub const JSUDPWRAP: &str = "JSUDPWRAP";
/// `MESSAGEPORT`.
pub const MESSAGEPORT: &str = "MESSAGEPORT";
/// `PIPECONNECTWRAP`.
pub const PIPECONNECTWRAP: &str = "PIPECONNECTWRAP";
/// `PIPESERVERWRAP`.
pub const PIPESERVERWRAP: &str = "PIPESERVERWRAP";
/// `PIPEWRAP`.
pub const PIPEWRAP: &str = "PIPEWRAP";
/// `PROCESSWRAP`.
pub const PROCESSWRAP: &str = "PROCESSWRAP";
/// `PROMISE`.
pub const PROMISE: &str = "PROMISE";
/// `QUERYWRAP`.
pub const QUERYWRAP: &str = "QUERYWRAP";
/// `QUIC_ENDPOINT`.
pub const QUIC_ENDPOINT: &str = "QUIC_ENDPOINT";
/// `QUIC_LOGSTREAM`.
pub const QUIC_LOGSTREAM: &str = "QUIC_LOGSTREAM";
/// `QUIC_SESSION`.
pub const QUIC_SESSION: &str = "QUIC_SESSION";
/// `QUIC_STREAM`.
pub const QUIC_STREAM: &str = "QUIC_STREAM";
/// `QUIC_UDP`.
pub const QUIC_UDP: &str = "QUIC_UDP";
/// `SHUTDOWNWRAP`.
pub const SHUTDOWNWRAP: &str = "SHUTDOWNWRAP";
/// `SIGNALWRAP`.
pub const SIGNALWRAP: &str = "SIGNALWRAP";
/// `STATWATCHER`.
pub const STATWATCHER: &str = "STATWATCHER";
/// `STREAMPIPE`.
pub const STREAMPIPE: &str = "STREAMPIPE";
/// `TCPCONNECTWRAP`.
pub const TCPCONNECTWRAP: &str = "TCPCONNECTWRAP";
/// `TCPSERVERWRAP`.
pub const TCPSERVERWRAP: &str = "TCPSERVERWRAP";
/// `TCPWRAP`.
pub const TCPWRAP: &str = "TCPWRAP";
/// `TTYWRAP`.
pub const TTYWRAP: &str = "TTYWRAP";
/// `UDPSENDWRAP`.
pub const UDPSENDWRAP: &str = "UDPSENDWRAP";
/// `UDPWRAP`.
pub const UDPWRAP: &str = "UDPWRAP";
/// `SIGINTWATCHDOG`.
pub const SIGINTWATCHDOG: &str = "SIGINTWATCHDOG";
/// `WORKER`.
pub const WORKER: &str = "WORKER";
/// `WORKERCPUPROFILE`.
pub const WORKERCPUPROFILE: &str = "WORKERCPUPROFILE";
/// `WORKERCPUUSAGE`.
pub const WORKERCPUUSAGE: &str = "WORKERCPUUSAGE";
/// `WORKERHEAPPROFILE`.
pub const WORKERHEAPPROFILE: &str = "WORKERHEAPPROFILE";
/// `WORKERHEAPSNAPSHOT`.
pub const WORKERHEAPSNAPSHOT: &str = "WORKERHEAPSNAPSHOT";
/// `WORKERHEAPSTATISTICS`.
pub const WORKERHEAPSTATISTICS: &str = "WORKERHEAPSTATISTICS";
/// `WRITEWRAP`.
pub const WRITEWRAP: &str = "WRITEWRAP";
/// `ZLIB`.
pub const ZLIB: &str = "ZLIB";
/// `CHECKPRIMEREQUEST`.
pub const CHECKPRIMEREQUEST: &str = "CHECKPRIMEREQUEST";
/// `PBKDF2REQUEST`.
pub const PBKDF2REQUEST: &str = "PBKDF2REQUEST";
/// `KEYPAIRGENREQUEST`.
pub const KEYPAIRGENREQUEST: &str = "KEYPAIRGENREQUEST";
/// `KEYGENREQUEST`.
pub const KEYGENREQUEST: &str = "KEYGENREQUEST";
/// `KEYEXPORTREQUEST`.
pub const KEYEXPORTREQUEST: &str = "KEYEXPORTREQUEST";
/// `ARGON2REQUEST`.
pub const ARGON2REQUEST: &str = "ARGON2REQUEST";
/// `CIPHERREQUEST`.
pub const CIPHERREQUEST: &str = "CIPHERREQUEST";
/// `DERIVEBITSREQUEST`.
pub const DERIVEBITSREQUEST: &str = "DERIVEBITSREQUEST";
/// `HASHREQUEST`.
pub const HASHREQUEST: &str = "HASHREQUEST";
/// `RANDOMBYTESREQUEST`.
pub const RANDOMBYTESREQUEST: &str = "RANDOMBYTESREQUEST";
/// `RANDOMPRIMEREQUEST`.
pub const RANDOMPRIMEREQUEST: &str = "RANDOMPRIMEREQUEST";
/// `SCRYPTREQUEST`.
pub const SCRYPTREQUEST: &str = "SCRYPTREQUEST";
/// `SIGNREQUEST`.
pub const SIGNREQUEST: &str = "SIGNREQUEST";
/// `TLSWRAP`.
pub const TLSWRAP: &str = "TLSWRAP";
/// `VERIFYREQUEST`.
pub const VERIFYREQUEST: &str = "VERIFYREQUEST";

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
/// assert!(ah::async_wrap_providers().contains(&(ah::providers::NONE, 0)));
/// assert!(ah::async_wrap_providers().iter().any(|(name, _)| *name == "TCPWRAP"));
/// ```
#[doc(alias = "asyncWrapProviders")]
#[must_use]
pub const fn async_wrap_providers() -> &'static [(&'static str, u32)] {
    PROVIDERS
}

const PROVIDERS: &[(&str, u32)] = &[
    (NONE, 0),
    (DIRHANDLE, 1),
    (DNSCHANNEL, 2),
    (ELDHISTOGRAM, 3),
    (FILEHANDLE, 4),
    (FILEHANDLECLOSEREQ, 5),
    (BLOBREADER, 6),
    (FSEVENTWRAP, 7),
    (FSREQCALLBACK, 8),
    (FSREQPROMISE, 9),
    (GETADDRINFOREQWRAP, 10),
    (GETNAMEINFOREQWRAP, 11),
    (HEAPSNAPSHOT, 12),
    (HTTP2SESSION, 13),
    (HTTP2STREAM, 14),
    (HTTP2PING, 15),
    (HTTP2SETTINGS, 16),
    (HTTPINCOMINGMESSAGE, 17),
    (HTTPCLIENTREQUEST, 18),
    (LOCKS, 19),
    (JSSTREAM, 20),
    (JSUDPWRAP, 21),
    (MESSAGEPORT, 22),
    (PIPECONNECTWRAP, 23),
    (PIPESERVERWRAP, 24),
    (PIPEWRAP, 25),
    (PROCESSWRAP, 26),
    (PROMISE, 27),
    (QUERYWRAP, 28),
    (QUIC_ENDPOINT, 29),
    (QUIC_LOGSTREAM, 30),
    (QUIC_SESSION, 31),
    (QUIC_STREAM, 32),
    (QUIC_UDP, 33),
    (SHUTDOWNWRAP, 34),
    (SIGNALWRAP, 35),
    (STATWATCHER, 36),
    (STREAMPIPE, 37),
    (TCPCONNECTWRAP, 38),
    (TCPSERVERWRAP, 39),
    (TCPWRAP, 40),
    (TTYWRAP, 41),
    (UDPSENDWRAP, 42),
    (UDPWRAP, 43),
    (SIGINTWATCHDOG, 44),
    (WORKER, 45),
    (WORKERCPUPROFILE, 46),
    (WORKERCPUUSAGE, 47),
    (WORKERHEAPPROFILE, 48),
    (WORKERHEAPSNAPSHOT, 49),
    (WORKERHEAPSTATISTICS, 50),
    (WRITEWRAP, 51),
    (ZLIB, 52),
    (CHECKPRIMEREQUEST, 53),
    (PBKDF2REQUEST, 54),
    (KEYPAIRGENREQUEST, 55),
    (KEYGENREQUEST, 56),
    (KEYEXPORTREQUEST, 57),
    (ARGON2REQUEST, 58),
    (CIPHERREQUEST, 59),
    (DERIVEBITSREQUEST, 60),
    (HASHREQUEST, 61),
    (RANDOMBYTESREQUEST, 62),
    (RANDOMPRIMEREQUEST, 63),
    (SCRYPTREQUEST, 64),
    (SIGNREQUEST, 65),
    (TLSWRAP, 66),
    (VERIFYREQUEST, 67),
];
