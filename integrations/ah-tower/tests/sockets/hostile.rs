//! What is refused, as raw bytes over a socket.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use ah_tower::{REQUEST_ID, Refusals, ServerLayer};
use axum::Router;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::support::{PARENT, Runtime, serve};

/// What no refusal, and no answer, may contain.
const MARK: &str = "evil";

/// Sends header lines as they are, and returns the answer as it came.
async fn ask_raw(address: SocketAddr, lines: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let mut request = b"GET / HTTP/1.1\r\nhost: here\r\nconnection: close\r\n".to_vec();
    request.extend(lines);
    request.extend(b"\r\n");
    stream.write_all(&request).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8(answer).expect("text")
}

/// A layer that notes each refusal, with the request id that is current then.
fn noting() -> (ServerLayer, Arc<Mutex<Vec<String>>>) {
    let noted = Arc::<Mutex<Vec<String>>>::default();
    let notes = noted.clone();
    let layer = ServerLayer::new().on_refused(move |refusal| {
        let id = REQUEST_ID.get().expect("it runs with the stores");
        notes.lock().unwrap().push(format!("{id} {refusal}"));
    });
    (layer, noted)
}

fn line(name: &str, value: impl AsRef<[u8]>) -> Vec<u8> {
    [name.as_bytes(), b": ", value.as_ref(), b"\r\n"].concat()
}

#[test]
fn each_is_refused_with_a_reason_and_counted() {
    let cases: &[(&str, Vec<u8>, &str)] = &[
        ("x-request-id", b"evil words".into(), "has a character"),
        ("x-request-id", b"evil\tid".into(), "has a character"),
        ("x-request-id", b"<evil>".into(), "has a character"),
        ("x-request-id", b"evil\xff".into(), "has a character"),
        ("x-request-id", "\u{435}vil-evil".into(), "has a character"), // a Cyrillic е
        ("x-request-id", b"".into(), "is empty"),
        ("x-request-id", b"evil".repeat(2560), "longer than 128"),
        ("x-request-id", vec![b'a'; 129], "longer than 128"),
        ("traceparent", b"evil".repeat(2560), "dashes"),
        ("traceparent", b"0".repeat(55), "dashes"),
        (
            "traceparent",
            PARENT.replace('a', "\u{430}").into(),
            "dashes",
        ), // a Cyrillic а
        ("traceparent", PARENT.to_uppercase().into(), "lower-case"),
        (
            "traceparent",
            PARENT.replacen("00", "ff", 1).into(),
            "version is ff",
        ),
        (
            "traceparent",
            format!("{PARENT}-evil").into(),
            "longer than",
        ),
        ("traceparent", b"evil".into(), "shorter than"),
        ("baggage", b"tenant=evil\xff".into(), ""),
        ("baggage", b"evil key=1".into(), ""),
        (
            "baggage",
            [b"evil=".as_slice(), &b"x".repeat(10_240)].concat(),
            "",
        ),
        ("baggage", b"evil=1,".repeat(65), ""),
    ];
    Runtime::Plain.block_on(async {
        let (layer, noted) = noting();
        let address = serve(Runtime::Plain, layer.clone(), Router::new()).await;
        for (name, value, why) in cases {
            let answer = ask_raw(address, &line(name, value)).await;
            let case = format!("{name}: {}", String::from_utf8_lossy(value));
            assert!(answer.starts_with("HTTP/1.1 200 "), "{case}");
            assert!(answer.ends_with(" -  -"), "{case}: {answer}");
            let refusals = std::mem::take(&mut *noted.lock().unwrap());
            let [refusal] = &refusals[..] else {
                panic!("{case}: {refusals:?}")
            };
            assert!(refusal.contains(why), "{case}: {refusal}");
            let (id, refusal) = refusal.split_once(' ').unwrap();
            assert!(
                answer.contains(&format!("x-request-id: {id}\r\n")),
                "{case}"
            );
            assert!(!answer.contains(MARK) && !refusal.contains(MARK), "{case}");
        }
        let of = |name| cases.iter().filter(|case| case.0 == name).count() as u64;
        let mut expected = Refusals::default();
        expected.request_id = of("x-request-id");
        expected.traceparent = of("traceparent");
        expected.baggage = of("baggage");
        assert_eq!(layer.refusals(), expected);
    });
}

#[test]
fn what_comes_twice_is_not_used() {
    Runtime::Plain.block_on(async {
        let (layer, noted) = noting();
        let address = serve(Runtime::Plain, layer, Router::new()).await;
        for (name, value) in [("x-request-id", "evil-1"), ("traceparent", PARENT)] {
            let twice = [line(name, value), line(name, value)].concat();
            let answer = ask_raw(address, &twice).await;
            assert!(
                answer.ends_with(" -  -") && !answer.contains(MARK),
                "{answer}"
            );
            let refusals = std::mem::take(&mut *noted.lock().unwrap());
            assert!(refusals[0].contains("more than once"), "{refusals:?}");
            assert_eq!(refusals.len(), 1);
        }
    });
}

#[test]
fn a_bad_tracestate_leaves_its_parent() {
    Runtime::Plain.block_on(async {
        let (layer, _) = noting();
        let address = serve(Runtime::Plain, layer.clone(), Router::new()).await;
        let lines = [line("traceparent", PARENT), line("tracestate", "EVIL=evil")].concat();
        let answer = ask_raw(address, &lines).await;
        assert!(answer.ends_with(" 00f067aa0ba902b7  -"), "{answer}");
        assert_eq!(layer.refusals().tracestate, 1);
        assert_eq!(layer.refusals().traceparent, 0);
    });
}

#[test]
fn one_bad_value_leaves_the_others() {
    Runtime::Plain.block_on(async {
        let (layer, noted) = noting();
        let address = serve(Runtime::Plain, layer, Router::new()).await;
        let lines = [
            line("x-request-id", "req-7"),
            line("traceparent", "evil"),
            line("baggage", "tenant=1"),
        ];
        let answer = ask_raw(address, &lines.concat()).await;
        assert!(
            answer.contains("\r\n\r\nreq-7 ") && answer.ends_with(" -  1"),
            "{answer}"
        );
        let refusals = noted.lock().unwrap().clone();
        assert_eq!(
            refusals,
            ["req-7 traceparent is not used: it is shorter than 55 characters"]
        );
    });
}

#[test]
fn control_characters_do_not_even_arrive() {
    Runtime::Plain.block_on(async {
        let address = serve(Runtime::Plain, ServerLayer::new(), Router::new()).await;
        for value in [b"evil\x00id", b"evil\x1bid", b"evil\x7fid"] {
            let answer = ask_raw(address, &line("x-request-id", value)).await;
            assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
        }
    });
}
