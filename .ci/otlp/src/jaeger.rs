//! `rotel` between us and `otlp-embedded`, which serves what it received by Jaeger's API.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    process::{Command, Stdio},
    thread,
};

use otlp_embedded::{Config, State, TraceServiceImpl, TraceServiceServer, ui_app};
use serde_json::Value;
use tonic::{codec::CompressionEncoding, transport::Server};

use crate::{
    Failure,
    process::{Killed, await_listener, free_port, retry},
    received::{SPANS, Span, check},
    request::send,
};

/// Sends a request to `rotel`, checks what Jaeger's API says, and returns its trace.
pub(crate) fn through(rotel: &str) -> Result<String, Failure> {
    let [grpc, api] = [free_port()?, free_port()?];
    thread::spawn(move || serve(grpc, api).expect("the receiver runs"));
    await_listener(grpc)?;
    await_listener(api)?;
    let (_rotel, port) = start_rotel(rotel, grpc)?;
    let sent = send(&format!("http://127.0.0.1:{port}/v1/traces"))?;
    let spans = retry(|| {
        let spans = spans_in(&get(api, &sent.trace)?);
        Ok((spans.len() >= SPANS).then_some(spans))
    })?;
    check(&sent, &spans)?;
    Ok(sent.trace)
}

/// Runs `otlp-embedded`, for ever.
#[tokio::main]
async fn serve(grpc: u16, api: u16) -> Result<(), Failure> {
    let state = State::new(Config {
        max_length: 100,
        max_memory_usage: 1 << 27,
    });
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", api)).await?;
    tokio::spawn(axum::serve(listener, ui_app(state.clone(), "/")).into_future());
    let service = TraceServiceServer::new(TraceServiceImpl::new(state))
        .accept_compressed(CompressionEncoding::Gzip); // rotel compresses, though its option says `none`
    let address = SocketAddr::from(([127, 0, 0, 1], grpc));
    Ok(Server::builder()
        .add_service(service)
        .serve(address)
        .await?)
}

/// Starts `rotel`, and returns the port where it receives.
fn start_rotel(rotel: &str, grpc: u16) -> Result<(Killed, u16), Failure> {
    let [http, own_grpc] = [free_port()?, free_port()?];
    let child = Command::new(rotel)
        .args([
            "start",
            "--exporter",
            "otlp",
            "--otlp-exporter-protocol",
            "grpc",
        ])
        .args([
            "--otlp-exporter-endpoint",
            &format!("http://127.0.0.1:{grpc}"),
        ])
        .args(["--otlp-http-endpoint", &format!("127.0.0.1:{http}")])
        .args(["--otlp-grpc-endpoint", &format!("127.0.0.1:{own_grpc}")])
        .args(["--pid-file", "/dev/null"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()?;
    let child = Killed(child);
    await_listener(http)?;
    Ok((child, http))
}

/// Asks the API for a trace.
fn get(api: u16, trace: &str) -> Result<Value, Failure> {
    let mut stream = TcpStream::connect(("127.0.0.1", api))?;
    write!(
        stream,
        "GET /api/traces/{trace} HTTP/1.0\r\nHost: localhost\r\n\r\n"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (_head, body) = answer.split_once("\r\n\r\n").ok_or("no HTTP")?;
    Ok(serde_json::from_str(body).unwrap_or(Value::Null))
}

/// The spans of an answer; none while the trace has not arrived.
fn spans_in(answer: &Value) -> Vec<Span> {
    let spans = answer["data"][0]["spans"].as_array();
    spans.into_iter().flatten().filter_map(span_in).collect()
}

fn span_in(span: &Value) -> Option<Span> {
    let text = |value: &Value, key: &str| Some(value[key].as_str()?.to_owned());
    let references = |of: &'static str| {
        let all = span["references"].as_array().into_iter().flatten();
        all.filter(move |reference| reference["refType"] == of)
    };
    let ids = |reference: &Value| Some([text(reference, "traceID")?, text(reference, "spanID")?]);
    let mut tags = span["tags"].as_array()?.iter();
    let tenant = tags.find(|tag| tag["key"] == "tenant");
    Some(Span {
        trace: text(span, "traceID")?,
        span: text(span, "spanID")?,
        parent: text(references("CHILD_OF").next()?, "spanID")?,
        name: text(span, "operationName")?,
        links: references("FOLLOWS_FROM").map(ids).collect::<Option<_>>()?,
        tenant: tenant.and_then(|tag| text(tag, "value")),
    })
}
