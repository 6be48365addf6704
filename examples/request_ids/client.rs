//! The client: many requests, some of them hostile.

use std::{
    collections::HashMap,
    io::{self, IsTerminal as _, Write as _},
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use axum::{
    body::Body,
    http::{HeaderValue, Request, StatusCode},
};
use http_body_util::BodyExt as _;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinSet,
};

use crate::request_id::HEADER;

/// What came of the requests.
#[derive(Default)]
pub(crate) struct Load {
    /// The id of each request that was served, by its number.
    pub(crate) served: HashMap<usize, String>,
    pub(crate) refused: usize,
    pub(crate) refused_raw: usize,
    pub(crate) errors: Vec<String>,
    took: Duration,
}

impl Load {
    pub(crate) fn per_second(&self) -> f64 {
        (self.served.len() + self.refused) as f64 / self.took.as_secs_f64()
    }
}

/// What is peculiar about a request.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Kind {
    WithId,
    WithoutId,
    TooLong,
    Tab,
    ControlBeyondAscii,
    Twice,
}

impl Kind {
    fn of(number: usize) -> Self {
        match number % 50 {
            10 => Self::TooLong,
            20 => Self::Tab,
            30 => Self::ControlBeyondAscii,
            40 => Self::Twice,
            rest if rest % 7 == 3 => Self::WithoutId,
            _ => Self::WithId,
        }
    }

    fn is_hostile(self) -> bool {
        !matches!(self, Self::WithId | Self::WithoutId)
    }

    fn ids(self, number: usize) -> Vec<HeaderValue> {
        let id = format!("request-{number}");
        let bytes = match self {
            Self::WithoutId => return Vec::new(),
            Self::WithId => id.into_bytes(),
            Self::TooLong => id.bytes().cycle().take(10 * 1024).collect(),
            Self::Tab => format!("{id}\t.").into_bytes(),
            Self::ControlBeyondAscii => format!("{id}\u{85}\u{9b}31m").into_bytes(),
            Self::Twice => {
                let value = HeaderValue::from_str(&id).expect("plain ASCII");
                return vec![value.clone(), value];
            }
        };
        vec![HeaderValue::from_bytes(&bytes).expect("no control character that HTTP forbids")]
    }
}

type Http = Client<HttpConnector, Body>;

/// Sends requests 0 to `requests`, `at_a_time` of them at a time.
pub(crate) async fn send(
    address: SocketAddr,
    requests: usize,
    at_a_time: usize,
    title: &str,
) -> io::Result<Load> {
    let client: Http = Client::builder(TokioExecutor::new()).build_http();
    let next = Arc::new(AtomicUsize::new(0));
    let start = Instant::now();
    let mut senders = JoinSet::new();
    for _ in 0..at_a_time {
        let (client, next) = (client.clone(), next.clone());
        senders.spawn(async move {
            let mut part = Load::default();
            loop {
                let number = next.fetch_add(1, Relaxed);
                if number >= requests {
                    return part;
                }
                if let Err(error) = send_one(&client, address, number, &mut part).await {
                    part.errors.push(format!("request {number}: {error}"));
                }
            }
        });
    }
    let mut load = Load::default();
    let mut progress = tokio::time::interval(Duration::from_millis(100));
    loop {
        tokio::select! {
            joined = senders.join_next() => match joined {
                None => break,
                Some(part) => load.add(part?),
            },
            _ = progress.tick() => show(title, next.load(Relaxed).min(requests), requests),
        }
    }
    load.took = start.elapsed();
    show(title, requests, requests);
    if io::stdout().is_terminal() {
        println!();
    }
    send_what_is_no_http(address, &mut load).await?;
    Ok(load)
}

impl Load {
    fn add(&mut self, part: Self) {
        self.served.extend(part.served);
        self.refused += part.refused;
        self.errors.extend(part.errors);
    }
}

fn show(title: &str, done: usize, of: usize) {
    if io::stdout().is_terminal() {
        print!("\r{title}: {done}/{of}");
        drop(io::stdout().flush());
    }
}

async fn send_one(
    client: &Http,
    address: SocketAddr,
    number: usize,
    load: &mut Load,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let kind = Kind::of(number);
    let ids = kind.ids(number);
    let mut request = Request::get(format!("http://{address}/work/{number}"));
    for id in &ids {
        request = request.header(HEADER, id);
    }
    let response = client.request(request.body(Body::empty())?).await?;
    let (head, body) = response.into_parts();
    let body = body.collect().await?.to_bytes();
    match head.status {
        StatusCode::BAD_REQUEST if kind.is_hostile() && body.starts_with(b"x-request-id: ") => {
            load.refused += 1
        }
        StatusCode::OK if !kind.is_hostile() => {
            let id = head
                .headers
                .get(HEADER)
                .ok_or("an answer without an id")?
                .to_str()?;
            if ids.first().is_some_and(|sent| sent != id) {
                return Err(format!("sent {ids:?}, got {id}").into());
            }
            load.served.insert(number, id.to_owned());
        }
        status => return Err(format!("{kind:?} was answered with {status}: {body:?}").into()),
    }
    Ok(())
}

/// Control characters that no HTTP client sends: the HTTP parser refuses them before the application sees them.
async fn send_what_is_no_http(address: SocketAddr, load: &mut Load) -> io::Result<()> {
    for bad in ["\x1b[31m", "a\x00b", "a\x7f"] {
        let mut stream = TcpStream::connect(address).await?;
        let request = format!("GET /work/0 HTTP/1.1\r\nhost: a\r\n{HEADER}: {bad}\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        if answer.starts_with("HTTP/1.1 400 ") {
            load.refused_raw += 1;
        } else {
            load.errors
                .push(format!("{bad:?} was answered with {answer:?}"));
        }
    }
    Ok(())
}
