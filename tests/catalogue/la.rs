//! LA: storages across asynchronous boundaries.

use std::sync::{Arc, Mutex, mpsc};

use ah_tokio::{next_tick, set_immediate, set_interval, set_timeout};
use async_hooks::{AsyncLocalStorage, AsyncResource, Task, prelude::*};
use futures::StreamExt as _;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream, UdpSocket},
    time::sleep,
};

use crate::support::{
    Cell, Fifo, SECOND, checked, counts, inits, paused_runtime, ready, tokio_runtime, two_workers,
    yield_now,
};

static STORE: AsyncLocalStorage<u32> = AsyncLocalStorage::new();
static OTHER: AsyncLocalStorage<u32> = AsyncLocalStorage::new();

#[test]
fn la_01_a_store_survives_an_await_and_is_gone_after_the_awaited_scope() {
    async fn test() {
        let inside = async {
            tokio::task::yield_now().await;
            STORE.get()
        };
        assert_eq!(STORE.scope(1, inside).await, Some(1));
        assert_eq!(STORE.get(), None);
    }
    on_tokio(test);
    on_tokio(|| async { tokio::spawn(Task::new(test())).await.unwrap() });
}

#[test]
fn la_03_a_failing_future_sees_its_store_and_its_error_comes_out() {
    checked(|_| {
        let failing = async {
            async { Err::<(), _>(7) }
                .traced("FAILS")
                .await
                .map_err(|error| (error, STORE.get()))
        };
        assert_eq!(ready(STORE.scope(1, failing)), Err((7, Some(1))));
        assert_eq!(STORE.get(), None);
    });
}

#[test]
fn la_04_two_storages_over_timers_do_not_mix() {
    checked(|_| {
        let fifo = Fifo::new();
        let look = |fifo: &Fifo, after: u32| {
            let sleep = fifo.sleep(after * SECOND);
            async move {
                sleep.await;
                (STORE.get(), OTHER.get())
            }
        };
        let both = STORE.scope(1, OTHER.scope(2, look(&fifo, 2)));
        let both = fifo.spawn(both);
        let alone = fifo.spawn(OTHER.scope(3, look(&fifo, 1)));
        let exited = STORE.scope(4, OTHER.scope(5, STORE.exit_scope(look(&fifo, 3))));
        let exited = fifo.spawn(exited);
        fifo.advance(3 * SECOND);
        assert_eq!(both.take(), Some((Some(1), Some(2))));
        assert_eq!(alone.take(), Some((None, Some(3))));
        assert_eq!(exited.take(), Some((None, Some(5))));
    });
}

#[test]
fn la_05_a_store_entered_in_one_immediate_reaches_what_is_made_there_alone() {
    checked(|_| {
        let (fifo, seen) = (Fifo::new(), Cell::new());
        let (there, inner, outer) = (fifo.clone(), seen.clone(), seen.clone());
        fifo.immediate(move || {
            STORE.enter_with(1);
            there.timeout(SECOND, move || inner.push(STORE.get()));
        });
        fifo.timeout(2 * SECOND, move || outer.push(STORE.get()));
        fifo.advance(2 * SECOND);
        assert_eq!(seen.take(), [Some(1), None]);
    });
}

#[test]
fn la_06_a_store_entered_in_a_tracked_future_does_not_reach_its_caller() {
    // Node: before the first await it does; here: neither before nor after.
    checked(|_| {
        let callee = async {
            STORE.enter_with(1);
            yield_now().await;
            STORE.enter_with(2);
            STORE.get()
        };
        let fifo = Fifo::new();
        let caller = fifo.spawn(async { (callee.traced("CALLEE").await, STORE.get()) });
        fifo.run();
        assert_eq!(caller.take(), Some((Some(2), None)));
    });
}

/// Runs a test with sockets on both kinds of tokio's runtime.
fn on_tokio<F: Future>(test: impl Fn() -> F) {
    checked(|_| tokio_runtime().block_on(test()));
    checked(|_| two_workers().block_on(test()));
}

/// A server that answers each line with the same line.
async fn echo_server() -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(echo(stream));
        }
    });
    address
}

async fn echo(stream: TcpStream) {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    while stream.read_line(&mut line).await.is_ok_and(|read| read > 0) {
        stream.write_all(line.as_bytes()).await.unwrap();
        line.clear();
    }
}

#[test]
fn la_08_a_udp_reply_is_handled_with_the_store_of_its_socket() {
    on_tokio(|| async {
        let server = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = server.local_addr().unwrap();
        tokio::spawn(async move {
            let mut buffer = [0; 4];
            let (_, from) = server.recv_from(&mut buffer).await.unwrap();
            server.send_to(&buffer, from).await.unwrap();
        });
        let client = STORE.scope(1, async move {
            let client = UdpSocket::bind("127.0.0.1:0").await.unwrap();
            client.send_to(b"ping", address).await.unwrap();
            client.recv_from(&mut [0; 4]).await.unwrap();
            STORE.get()
        });
        let client = tokio::spawn(Task::new(client));
        assert_eq!(client.await.unwrap(), Some(1));
    });
}

#[test]
fn la_09_data_of_a_tcp_client_is_handled_with_its_store() {
    on_tokio(|| async {
        let address = echo_server().await;
        let client = STORE.scope(1, async move {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(b"ping\n").await.unwrap();
            stream.read_exact(&mut [0; 5]).await.unwrap();
            STORE.get()
        });
        assert_eq!(tokio::spawn(client).await.unwrap(), Some(1));
    });
}

#[test]
fn la_10_data_of_a_layered_stream_is_handled_with_its_store() {
    // Node: a TLS socket; here: any layer over a socket, since the context is the future's and not the stream's.
    on_tokio(|| async {
        let address = echo_server().await;
        let client = STORE.scope(1, async move {
            let stream = TcpStream::connect(address).await.unwrap();
            let mut layered = BufReader::new(tokio::io::BufWriter::new(stream));
            layered.write_all(b"ping\n").await.unwrap();
            layered.flush().await.unwrap();
            layered.read_line(&mut String::new()).await.unwrap();
            STORE.get()
        });
        assert_eq!(tokio::spawn(client).await.unwrap(), Some(1));
    });
}

#[test]
fn la_11_an_http_response_is_handled_with_the_store_of_its_request() {
    on_tokio(|| async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let uri = format!("http://{}/", listener.local_addr().unwrap());
        let router = axum::Router::new().route("/", axum::routing::get(|| async { "pong" }));
        tokio::spawn(async { axum::serve(listener, router).await });
        let request = STORE.scope(1, async move {
            let executor = hyper_util::rt::TokioExecutor::new();
            let client =
                hyper_util::client::legacy::Client::builder(executor).build_http::<String>();
            let response = client.get(uri.parse().unwrap()).await.unwrap();
            (response.status().as_u16(), STORE.get())
        });
        assert_eq!(tokio::spawn(request).await.unwrap(), (200, Some(1)));
    });
}

#[test]
fn la_13_each_request_over_a_kept_connection_has_its_own_store() {
    async fn request(stream: &mut BufReader<TcpStream>) -> Option<u32> {
        stream.write_all(b"ping\n").await.unwrap();
        stream.read_line(&mut String::new()).await.unwrap();
        STORE.get()
    }
    on_tokio(|| async {
        let address = echo_server().await;
        let mut pooled = BufReader::new(TcpStream::connect(address).await.unwrap());
        let first = STORE.scope(1, async {
            let seen = request(&mut pooled).await;
            let second = STORE.scope(2, request(&mut pooled)).await;
            (seen, second, STORE.get())
        });
        assert_eq!(first.await, (Some(1), Some(2), Some(1)));
    });
}

#[test]
fn la_14_ten_clients_with_plain_functions_as_handlers_gather_only_their_own_data() {
    static DATA: AsyncLocalStorage<Mutex<String>> = AsyncLocalStorage::new();
    fn on_data(data: &str) {
        DATA.with(|gathered| gathered.unwrap().lock().unwrap().push_str(data));
    }
    async fn client(address: std::net::SocketAddr, number: usize) -> String {
        let mut stream = BufReader::new(TcpStream::connect(address).await.unwrap());
        for _ in 0..2 {
            stream
                .write_all(format!("{number}\n").as_bytes())
                .await
                .unwrap();
            let mut line = String::new();
            stream.read_line(&mut line).await.unwrap();
            on_data(&line);
        }
        DATA.with(|gathered| gathered.unwrap().lock().unwrap().clone())
    }
    on_tokio(|| async {
        let address = echo_server().await;
        let clients = (0..10).map(|number| DATA.scope(Mutex::default(), client(address, number)));
        let gathered = futures::future::join_all(clients.map(tokio::spawn)).await;
        for (number, gathered) in gathered.into_iter().enumerate() {
            assert_eq!(gathered.unwrap(), format!("{number}\n{number}\n"));
        }
    });
}

#[test]
fn la_15_a_callback_bound_at_its_registration_sees_the_store_of_then() {
    checked(|_| {
        let seen = Cell::new();
        let there = seen.clone();
        let on_finished = STORE.run(1, || async_hooks::bind!(move || there.push(STORE.get())));
        STORE.run(2, on_finished);
        assert_eq!(seen.take(), [Some(1)]);
    });
}

#[test]
fn la_16_three_immediates_find_their_own_handles_in_their_own_stores() {
    static HANDLE: AsyncLocalStorage<Mutex<Option<u64>>> = AsyncLocalStorage::new();
    checked(|collector| {
        let (fifo, seen) = (Fifo::new(), Cell::new());
        let mut made = Vec::new();
        for _ in 0..3 {
            let there = seen.clone();
            HANDLE.run(Mutex::default(), || {
                let found = || HANDLE.with(|id| *id.unwrap().lock().unwrap());
                let immediate = fifo.immediate(move || there.push(found()));
                let id = immediate.async_id().get();
                HANDLE.with(|handle| *handle.unwrap().lock().unwrap() = Some(id));
                made.push(immediate);
            });
        }
        made[1].cancel();
        fifo.run();
        let ids = [made[0].async_id().get(), made[2].async_id().get()];
        assert_eq!(seen.take(), ids.map(Some));
        assert_eq!(counts(collector, made[1].async_id()), [1, 0, 0, 1]);
    });
}

#[test]
fn la_18_who_waited_for_a_lock_holds_it_with_its_own_store() {
    on_tokio(|| async {
        let lock = Arc::new(tokio::sync::Mutex::new(()));
        let held = lock.clone().lock_owned().await;
        let there = lock.clone();
        let waits = STORE.scope(1, async move {
            let _acquired = there.lock().await;
            STORE.get()
        });
        let waits = tokio::spawn(waits);
        tokio::task::yield_now().await;
        STORE.run(2, || drop(held));
        assert_eq!(waits.await.unwrap(), Some(1));
    });
}

#[test]
fn la_20_a_store_that_owns_what_carries_it_is_dropped_when_the_work_is_done() {
    // Node: a resource that is collected frees the cycle; here: a finished future does, and a resource when it is dropped.
    type Work = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;
    static OWNER: AsyncLocalStorage<Arc<Mutex<Option<Work>>>> = AsyncLocalStorage::new();
    checked(|_| {
        let store = Arc::new(Mutex::new(None));
        let weak = Arc::downgrade(&store);
        OWNER.run(store.clone(), || {
            *store.lock().unwrap() = Some(Box::pin(async {}.in_current_context()));
        });
        ready(store.lock().unwrap().as_mut().unwrap());
        drop(store); // what is left owns itself, unless the finished future let its stores go
        assert!(weak.upgrade().is_none());
    });
}

#[test]
fn la_23_each_step_of_an_iterator_or_stream_runs_in_its_callers_context() {
    checked(|_| {
        let mut iterator = STORE.run(1, || std::iter::repeat_with(|| STORE.get()));
        assert_eq!(STORE.run(2, || iterator.next()), Some(Some(2)));
        assert_eq!(STORE.run(3, || iterator.next()), Some(Some(3)));
        let mut stream = Box::pin(futures::stream::repeat_with(|| STORE.get()));
        assert_eq!(ready(STORE.scope(2, stream.next())), Some(Some(2)));
        assert_eq!(ready(STORE.scope(3, stream.next())), Some(Some(3)));
    });
}

#[test]
fn la_24_plain_listeners_see_the_store_of_whoever_emits() {
    checked(|_| {
        let mut listeners: Vec<Box<dyn Fn() -> Option<u32>>> = Vec::new();
        STORE.run(1, || listeners.push(Box::new(|| STORE.get())));
        let seen: Vec<_> = STORE.run(2, || listeners.iter().map(|listener| listener()).collect());
        assert_eq!(seen, [Some(2)]);
    });
}

#[test]
fn la_25_every_primitive_captures_the_store_and_restores_what_was_before() {
    checked(|_| {
        let (send, seen) = mpsc::channel();
        let look = || {
            let send = send.clone();
            move || send.send(STORE.get()).unwrap()
        };
        paused_runtime().block_on(STORE.scope(9, async {
            STORE.run(1, || next_tick(look()));
            let task = look();
            STORE.run::<_, async_hooks::Value>(2, || ah_tokio::spawn(async move { task() }));
            STORE.run(3, || set_immediate(look()));
            STORE.run(4, || set_timeout(SECOND, look()));
            STORE.run(5, || set_interval(2 * SECOND, look()));
            sleep(3 * SECOND).await;
            assert_eq!(STORE.get(), Some(9));
        }));
        let seen: Vec<_> = seen.try_iter().collect();
        assert_eq!(seen, [1, 2, 3, 4, 5].map(Some));
    });
}

#[test]
fn la_27_what_fired_or_was_cancelled_lets_its_stores_go_though_its_handle_is_kept() {
    static COUNTED: AsyncLocalStorage<Arc<()>> = AsyncLocalStorage::new();
    checked(|_| {
        let store = Arc::new(());
        paused_runtime().block_on(async {
            let made = || {
                (
                    (set_timeout(SECOND, || ()), set_immediate(|| ())),
                    (set_timeout(9 * SECOND, || ()), set_immediate(|| ())),
                    ah_tokio::observed::time::sleep(SECOND),
                )
            };
            let (fired, cancelled, timer) = COUNTED.run(store.clone(), made);
            let mut timer = std::pin::pin!(timer);
            cancelled.0.clear();
            cancelled.1.clear();
            sleep(2 * SECOND).await;
            timer.as_mut().await;
            assert_eq!(Arc::strong_count(&store), 1);
            drop((fired, cancelled));
        });
    });
}

type Job = Box<dyn FnOnce() + Send>;

/// A worker thread that knows nothing of contexts.
fn worker() -> (mpsc::Sender<Job>, std::thread::JoinHandle<()>) {
    let (send, receive) = mpsc::channel::<Job>();
    (
        send,
        std::thread::spawn(move || receive.iter().for_each(|job| job())),
    )
}

#[test]
fn la_29_a_queue_loses_the_context_and_binding_the_callback_keeps_it() {
    checked(|_| {
        let (queue, thread) = worker();
        let (send, seen) = mpsc::channel();
        let (plain, bound) = (send.clone(), send);
        STORE.run(1, || {
            queue
                .send(Box::new(move || plain.send(STORE.get()).unwrap()))
                .unwrap();
            let job = async_hooks::bind(move || bound.send(STORE.get()).unwrap());
            queue.send(Box::new(job)).unwrap();
        });
        drop(queue);
        thread.join().unwrap();
        assert_eq!(seen.iter().collect::<Vec<_>>(), [None, Some(1)]);
    });
}

#[test]
fn la_30_a_job_of_a_pool_runs_with_the_ids_and_stores_of_whoever_submits_it() {
    checked(|collector| {
        let (queue, thread) = worker();
        let (send, seen) = mpsc::channel();
        STORE.run(1, || {
            let task = AsyncResource::new("WorkerPoolTaskInfo");
            let job = move || {
                let ran =
                    task.run_in_async_scope(|| (STORE.get(), async_hooks::execution_async_id()));
                drop(task);
                send.send(ran).unwrap();
            };
            queue.send(Box::new(job)).unwrap();
        });
        drop(queue);
        thread.join().unwrap();
        let (id, trigger) = inits(collector, "WorkerPoolTaskInfo")[0];
        assert_eq!(seen.recv().unwrap(), (Some(1), id));
        assert_eq!((trigger, counts(collector, id)), (1.into(), [1, 1, 1, 1]));
    });
}
