//! Clients that stall, flood, send too much or nonsense: they harm nobody.

use std::{
    io::{Read as _, Write as _},
    net::Shutdown,
    os::unix::net::UnixStream,
};

use crate::served::Served;

type Test = (&'static str, fn());

pub(crate) const TESTS: &[Test] = &[
    (
        "each_bad_request_gets_a_sentence",
        each_bad_request_gets_a_sentence,
    ),
    ("those_that_stall_make_room", those_that_stall_make_room),
    ("a_megabyte_is_refused", a_megabyte_is_refused),
    ("a_flood_passes", a_flood_passes),
    (
        "a_directory_that_others_may_write_to_is_refused",
        a_directory_that_others_may_write_to_is_refused,
    ),
];

fn ask(served: &Served, request: &[u8]) -> String {
    let mut stream = UnixStream::connect(served.socket()).expect("it serves");
    stream.write_all(request).expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    answer
}

fn each_bad_request_gets_a_sentence() {
    let served = Served::start("requests");
    let cases: [(&[u8], &str); 8] = [
        (b"\n", "error this process speaks ah1"),
        (b"GET / HTTP/1.1\r\n", "error this process speaks ah1"),
        (b"ah1\n", "error which view?"),
        (b"ah1 why\n", "error whose? write `why ID`"),
        (b"ah1 why me\n", "error `me` is no id"),
        (b"ah1 ps columns=x\n", "error columns is a number"),
        (b"ah1 \xff\n", "error a request is text in UTF-8"),
        (b"ah1 rm\x1b[31m 7\n", "error `rm\u{b7}[31m` is no view"),
    ];
    for (request, said) in cases {
        let answer = ask(&served, request);
        assert!(answer.starts_with(said), "{answer}");
        assert!(
            answer.lines().count() == 1 && answer.ends_with('\n'),
            "{answer}"
        );
    }
}

fn those_that_stall_make_room() {
    let served = Served::start("stalls");
    let stalled: Vec<UnixStream> = (0..100)
        .map(|_| {
            let mut stream = UnixStream::connect(served.socket()).expect("it serves");
            stream.write_all(b"ah1 p").expect("it reads");
            stream
        })
        .collect();
    assert!(served.says(&["ps", &served.pid()]).contains("SERVER"));
    let (mut first, mut buffer) = (&stalled[0], [0; 1]);
    assert_eq!(
        first.read(&mut buffer).unwrap_or(0),
        0,
        "the oldest has lost its connection"
    );
}

fn a_megabyte_is_refused() {
    let served = Served::start("megabyte");
    let mut stream = UnixStream::connect(served.socket()).expect("it serves");
    let _it_may_close = stream.write_all(&vec![b'x'; 1 << 20]);
    let _it_may_have_closed = stream.shutdown(Shutdown::Write);
    let mut answer = Vec::new();
    let _or_reset = stream.read_to_end(&mut answer);
    let answer = String::from_utf8(answer).expect("text");
    assert!(
        answer.is_empty() || answer.starts_with("error a request is one line of at most 256 bytes"),
        "{answer}"
    );
    assert!(served.says(&["ps", &served.pid()]).contains("SERVER"));
}

fn a_flood_passes() {
    let mut served = Served::start("flood");
    let socket = served.socket();
    let flooding: Vec<_> = (0..4)
        .map(|_| {
            let socket = socket.clone();
            std::thread::spawn(move || {
                for _ in 0..200 {
                    if let Ok(mut stream) = UnixStream::connect(&socket) {
                        let _it_may_close = stream.write_all(b"ah1 ps\n");
                    }
                }
            })
        })
        .collect();
    flooding
        .into_iter()
        .for_each(|thread| thread.join().unwrap());
    assert!(served.says(&["ps", &served.pid()]).contains("SERVER"));
    assert!(served.is_running());
}

fn a_directory_that_others_may_write_to_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let runtime = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("open");
    let _old = std::fs::remove_dir_all(&runtime);
    std::fs::create_dir_all(runtime.join("ah")).unwrap();
    std::fs::set_permissions(runtime.join("ah"), std::fs::Permissions::from_mode(0o777)).unwrap();
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .arg("serve")
        .env("XDG_RUNTIME_DIR", &runtime)
        .output()
        .unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("is not a directory of this user alone"),
        "{said}"
    );
}
