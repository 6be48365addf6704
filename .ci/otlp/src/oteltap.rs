//! `oteltap`: what it receives, it prints.

use std::{
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
    sync::mpsc,
    thread,
};

use serde_json::Value;

use crate::{
    Failure,
    process::{Killed, PATIENCE, await_listener, free_port},
    received::{SPANS, Span, check},
    request::send,
};

/// Sends a request to `oteltap`, checks it, and returns its trace.
pub(crate) fn through(python: &str) -> Result<String, Failure> {
    let port = free_port()?;
    let child = Command::new(python)
        .args(["-u", "-m", "oteltap", "--port", &port.to_string()])
        .stdout(Stdio::piped())
        .spawn()?;
    let mut child = Killed(child);
    let output = child.0.stdout.take().ok_or("it has no output")?;
    let (lines, received) = mpsc::channel();
    thread::spawn(move || {
        let all = BufReader::new(output).lines().map_while(Result::ok);
        all.map(|line| lines.send(line))
            .take_while(Result::is_ok)
            .count()
    });
    await_listener(port)?;
    let sent = send(&format!("http://127.0.0.1:{port}/v1/traces"))?;
    let mut spans = Vec::new();
    while spans.len() < SPANS {
        let line = received
            .recv_timeout(PATIENCE)
            .map_err(|error| format!("{error}: {spans:#?}"))?;
        if line.starts_with('{') {
            let span = span_in(&serde_json::from_str(&line)?);
            spans.push(span.ok_or_else(|| format!("no span: {line}"))?);
        }
    }
    check(&sent, &spans)?;
    Ok(sent.trace)
}

fn span_in(line: &Value) -> Option<Span> {
    let text = |value: &Value, key: &str| Some(value[key].as_str()?.to_owned());
    let links = line["links"].as_array()?.iter();
    let mut attributes = line["attributes"].as_array()?.iter();
    let tenant = attributes.find(|attribute| attribute["key"] == "tenant");
    Some(Span {
        trace: text(line, "traceId")?,
        span: text(line, "spanId")?,
        parent: text(line, "parentSpanId")?,
        name: text(line, "name")?,
        links: links
            .map(|link| Some([text(link, "traceId")?, text(link, "spanId")?]))
            .collect::<Option<_>>()?,
        tenant: tenant.and_then(|tenant| text(&tenant["value"], "stringValue")),
    })
}
