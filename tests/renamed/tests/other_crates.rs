//! Crates that ask for tokio's own types take those of `ah-tokio`, which are the same.

use async_hooks::AsyncLocalStorage;
use axum::{
    extract::Request,
    middleware::{from_fn, Next},
    response::Response,
    routing::get,
    Router,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_stream::{wrappers::*, StreamExt};

static REQUEST_ID: AsyncLocalStorage<String> = AsyncLocalStorage::new();

async fn with_id(request: Request, next: Next) -> Response {
    let id = request.headers().get("x-request-id");
    let id = id.and_then(|id| id.to_str().ok()).unwrap_or("-").to_owned();
    REQUEST_ID.scope(id, next.run(request)).await
}

async fn hello() -> String {
    let task = tokio::spawn(async { format!("hello, {:?}", REQUEST_ID.get()) });
    task.await.unwrap()
}

#[tokio::test]
async fn axum_serves_on_its_listener_and_the_tasks_of_a_handler_have_the_id() {
    let app = Router::new().route("/", get(hello)).layer(from_fn(with_id));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async { axum::serve(listener, app).await.unwrap() });

    let mut client = TcpStream::connect(address).await.unwrap();
    let request = "GET / HTTP/1.1\r\nhost: here\r\nx-request-id: abc\r\nconnection: close\r\n\r\n";
    client.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    assert!(answer.ends_with("hello, Some(\"abc\")"), "{answer}");
}

#[tokio::test]
async fn tokio_stream_wraps_its_channels_timers_and_sockets() {
    let (sender, receiver) = tokio::sync::mpsc::channel(1);
    sender.send(1).await.unwrap();
    assert_eq!(ReceiverStream::new(receiver).next().await, Some(1));

    let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
    sender.send(2).unwrap();
    assert_eq!(UnboundedReceiverStream::new(receiver).next().await, Some(2));

    let (sender, receiver) = tokio::sync::broadcast::channel(1);
    sender.send(3).unwrap();
    let received = BroadcastStream::new(receiver).next().await;
    assert_eq!(received.unwrap().unwrap(), 3);

    let (_sender, receiver) = tokio::sync::watch::channel(4);
    assert_eq!(WatchStream::new(receiver).next().await, Some(4));

    let interval = tokio::time::interval(std::time::Duration::from_secs(1));
    assert!(IntervalStream::new(interval).next().await.is_some());

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let _client = TcpStream::connect(listener.local_addr().unwrap()).await;
    let accepted = TcpListenerStream::new(listener).next().await;
    assert!(accepted.unwrap().is_ok());
}

#[tokio::test]
async fn tokio_util_takes_its_channels_and_handles() {
    let (sender, mut receiver) = tokio::sync::mpsc::channel(1);
    let mut sender = tokio_util::sync::PollSender::new(sender);
    std::future::poll_fn(|cx| sender.poll_reserve(cx))
        .await
        .unwrap();
    sender.send_item(5).unwrap();
    assert_eq!(receiver.recv().await, Some(5));

    let tracker = tokio_util::task::TaskTracker::new();
    let task = tracker.spawn_on(async { 6 }, &tokio::runtime::Handle::current());
    assert_eq!(task.await.unwrap(), 6);
}
