//! GR: kinds of resources, how often each of their events comes, and what triggers them.
//!
//! Sockets, files, lookups and timers are those of `ah_tokio::observed`.

use std::{cell::RefCell, pin::pin, rc::Rc};

use ah_tokio::{
    observed::net::{TcpListener, TcpStream, UdpSocket, lookup_host},
    set_interval, set_timeout,
};
use async_hooks::{AsyncId, AsyncResource, Phase, prelude::*, providers};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::{Instant, sleep},
};

use crate::support::{
    Cell, Fifo, SECOND, checked, counts, ids, inits, paused_runtime, poll, tokio_runtime,
};

#[test]
fn gr_01_the_first_of_two_nested_immediates_is_complete_when_the_second_runs() {
    checked(|collector| {
        let (fifo, made) = (Fifo::new(), Cell::new());
        let (there, second) = (fifo.clone(), made.clone());
        let first = fifo.immediate(move || second.push(there.immediate(|| ())));
        let first = first.async_id();
        assert_eq!(counts(collector, first), [1, 0, 0, 0]);
        fifo.run();
        let second = made.take()[0].async_id();
        assert_eq!(counts(collector, second), [1, 1, 1, 1]);
        let events = collector.events();
        let at = |phase, id| {
            let found = events
                .iter()
                .position(|event| (event.phase, event.async_id) == (phase, id));
            found.unwrap()
        };
        assert!(at(Phase::Destroy, first) < at(Phase::Before, second));
    });
}

#[test]
fn gr_02_of_three_timeouts_the_one_that_fired_was_entered() {
    checked(|collector| {
        let outer = paused_runtime().block_on(async {
            let outer = set_timeout(SECOND, || {
                set_timeout(10 * SECOND, || unreachable!());
                set_timeout(SECOND, || unreachable!()).clear();
            });
            sleep(3 * SECOND).await;
            outer.async_id()
        }); // the runtime ends with one that still waits
        let timeouts = inits(collector, providers::TIMEOUT);
        assert_eq!(timeouts.len(), 3);
        assert_eq!(counts(collector, outer), [1, 1, 1, 1]);
        for (id, trigger) in &timeouts[1..] {
            assert_eq!(*trigger, outer);
            assert_eq!(counts(collector, *id), [1, 0, 0, 1]);
        }
    });
}

#[test]
fn gr_04_a_timer_that_is_set_again_keeps_its_id_until_it_is_over() {
    // Node: a timeout may be set again from its own callback, and keeps its id; here: what is called again is an interval.
    checked(|collector| {
        paused_runtime().block_on(async {
            let mut timer = pin!(ah_tokio::observed::time::sleep(SECOND));
            let first = timer.async_id();
            timer.as_mut().reset(Instant::now() + 2 * SECOND);
            assert_eq!(timer.async_id(), first);
            timer.as_mut().await;
            assert_eq!(counts(collector, first), [1, 1, 1, 1]);
            timer.as_mut().reset(Instant::now() + SECOND);
            let second = timer.async_id();
            assert_ne!(second, first);
            timer.as_mut().await;
            assert_eq!(counts(collector, second), [1, 1, 1, 1]);

            let timeout = set_timeout(2 * SECOND, || ());
            sleep(SECOND).await;
            timeout.refresh();
            sleep(SECOND + SECOND / 2).await;
            assert_eq!(counts(collector, timeout.async_id()), [1, 0, 0, 0]);
            sleep(SECOND).await;
            assert_eq!(counts(collector, timeout.async_id()), [1, 1, 1, 1]);
        });
    });
}

#[test]
fn gr_05_nested_timeouts_are_a_chain_of_triggers() {
    checked(|collector| {
        paused_runtime().block_on(async {
            set_timeout(SECOND, || {
                set_timeout(SECOND, || {
                    set_timeout(SECOND, || ());
                });
            });
            sleep(4 * SECOND).await;
        });
        let timeouts = inits(collector, providers::TIMEOUT);
        let triggers: Vec<AsyncId> = timeouts.iter().map(|(_, trigger)| *trigger).collect();
        assert_eq!(triggers, [AsyncId::ROOT, timeouts[0].0, timeouts[1].0]);
    });
}

#[test]
fn gr_06_an_interval_made_in_the_callback_of_another_is_triggered_by_it() {
    checked(|collector| {
        let outer = paused_runtime().block_on(async {
            let outer = set_interval(SECOND, || {
                set_interval(10 * SECOND, || ());
            });
            sleep(SECOND + SECOND / 2).await;
            outer.async_id()
        });
        assert_eq!(inits(collector, providers::TIMEOUT)[1].1, outer);
    });
}

#[test]
fn gr_08_a_file_request_is_entered_once_for_its_callback() {
    checked(|collector| {
        tokio_runtime().block_on(async {
            let file = std::env::current_exe().unwrap();
            let metadata = ah_tokio::observed::fs::metadata(file).await;
            assert!(metadata.unwrap().is_file());
        });
        let (id, trigger) = inits(collector, providers::FSREQCALLBACK)[0];
        assert_eq!(trigger, AsyncId::ROOT);
        assert_eq!(counts(collector, id), [1, 1, 1, 1]);
    });
}

#[test]
fn gr_09_a_job_on_another_thread_is_triggered_by_the_root_and_calls_back_on_the_loop() {
    checked(|collector| {
        let request = AsyncResource::new(providers::PBKDF2REQUEST);
        let (id, trigger) = (request.async_id(), request.trigger_async_id());
        let here = std::thread::current().id();
        tokio_runtime().block_on(async {
            let job = tokio::task::spawn_blocking(|| std::thread::current().id());
            let ran_on = job.await.unwrap();
            request.run_in_async_scope(|| assert_ne!(ran_on, here));
            drop(request);
        });
        assert_eq!(
            (trigger, counts(collector, id)),
            (AsyncId::ROOT, [1, 1, 1, 1])
        );
        let threads = collector.events().into_iter().map(|event| event.thread);
        assert_eq!(threads.filter(|thread| *thread != here).count(), 0);
    });
}

#[test]
fn gr_10_a_lookup_is_entered_once_though_it_fails() {
    checked(|collector| {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.max_blocking_threads(1).build().unwrap();
        for (name, is_found) in [("localhost:80", true), ("no address", false)] {
            let (release, released) = std::sync::mpsc::channel();
            runtime.spawn_blocking(move || released.recv()); // so that the lookup has to wait
            runtime.block_on(async {
                let mut lookup = pin!(lookup_host(name));
                assert!(poll(lookup.as_mut()).is_pending());
                release.send(()).unwrap();
                assert_eq!(lookup.await.is_ok(), is_found);
            });
        }
        let lookups = inits(collector, providers::GETADDRINFOREQWRAP);
        assert_eq!(lookups.len(), 2);
        for (id, _) in lookups {
            assert_eq!(counts(collector, id), [1, 1, 1, 1]);
        }
    });
}

#[test]
fn gr_11_a_watcher_closed_before_any_event_is_announced_and_destroyed() {
    checked(|collector| {
        let watcher = AsyncResource::new(providers::FSEVENTWRAP);
        let id = watcher.async_id();
        watcher.emit_destroy().unwrap();
        assert_eq!(counts(collector, id), [1, 0, 0, 1]);
    });
}

#[test]
fn gr_13_a_send_that_waits_is_announced_and_one_that_ends_at_once_is_not() {
    checked(|collector| {
        tokio_runtime().block_on(async {
            let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
            let address = socket.local_addr().unwrap();
            socket.send_to(b"waits", address).await.unwrap(); // the runtime does not know the socket as yet
            socket.send_to(b"does not wait", address).await.unwrap();
            let sends = inits(collector, providers::UDPSENDWRAP);
            assert_eq!(sends.len(), 1);
            assert_eq!(sends[0].1, socket.async_id());
            assert_eq!(counts(collector, sends[0].0), [1, 1, 1, 1]);
        });
    });
}

#[test]
fn gr_14_a_server_its_connections_and_a_connect_request_have_their_own_counts() {
    checked(|collector| {
        tokio_runtime().block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            assert_eq!(counts(collector, listener.async_id()), [1, 0, 0, 0]);
            let client = TcpStream::connect(listener.local_addr().unwrap()).await;
            let (mut connection, _) = listener.accept().await.unwrap();
            drop(client.unwrap());
            assert_eq!(connection.read(&mut [0; 1]).await.unwrap(), 0);
        });
        let (server, _) = inits(collector, providers::TCPSERVERWRAP)[0];
        let sockets = inits(collector, providers::TCPWRAP);
        let (request, trigger) = inits(collector, providers::TCPCONNECTWRAP)[0];
        assert_eq!((trigger, sockets[1].1), (sockets[0].0, server));
        assert_eq!(counts(collector, server), [1, 1, 1, 1]);
        assert_eq!(counts(collector, sockets[0].0), [1, 0, 0, 1]);
        assert_eq!(counts(collector, sockets[1].0), [1, 1, 1, 1]);
        assert_eq!(counts(collector, request), [1, 1, 1, 1]);
    });
}

#[test]
fn gr_15_what_an_accept_loop_makes_is_triggered_by_its_server() {
    checked(|collector| {
        tokio_runtime().block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let (server, address) = (listener.async_id(), listener.local_addr().unwrap());
            let accept_loop = ah_tokio::spawn(async move { listener.accept().await.unwrap().0 });
            let _client = TcpStream::connect(address).await.unwrap();
            let mut connection = accept_loop.await.unwrap();
            assert_eq!(connection.trigger_async_id(), server);
            connection.shutdown().await.unwrap();
            let (_, trigger) = inits(collector, providers::SHUTDOWNWRAP)[0];
            assert_eq!(trigger, connection.async_id());
        });
    });
}

#[test]
fn gr_17_the_parser_of_a_connection_is_triggered_by_it_and_timeouts_by_the_root() {
    checked(|collector| {
        tokio_runtime().block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let timer = set_timeout(SECOND, || ());
            let _client = TcpStream::connect(listener.local_addr().unwrap()).await;
            let (connection, _) = listener.accept().await.unwrap();
            let parser = async_hooks::default_trigger_async_id_scope(connection.async_id(), || {
                AsyncResource::new(providers::HTTPINCOMINGMESSAGE)
            });
            assert_eq!(parser.trigger_async_id(), connection.async_id());
            assert_eq!(connection.trigger_async_id(), listener.async_id());
            let timeouts = inits(collector, providers::TIMEOUT);
            assert_eq!(timeouts, [(timer.async_id(), AsyncId::ROOT)]);
        });
    });
}

/// Looks at a value each second, and calls back in the scope of a resource when it has changed.
fn watch(fifo: &Fifo, value: Rc<RefCell<u32>>) -> AsyncId {
    let resource = AsyncResource::new(providers::STATWATCHER);
    let id = resource.async_id();
    let mut last = *value.borrow();
    fifo.interval(SECOND, move || {
        let now = *value.borrow();
        if std::mem::replace(&mut last, now) != now {
            resource.run_in_async_scope(|| ());
        }
    });
    id
}

#[test]
fn gr_20_two_pollers_are_each_entered_once_for_each_change_of_their_own() {
    checked(|collector| {
        let fifo = Fifo::new();
        let values = [Rc::new(RefCell::new(0)), Rc::new(RefCell::new(0))];
        let [first, second] = values.clone().map(|value| watch(&fifo, value));
        for (change, value) in [(1, 0), (2, 0), (3, 1)] {
            *values[value].borrow_mut() = change;
            fifo.advance(SECOND);
        }
        assert_eq!(counts(collector, first), [1, 2, 2, 0]);
        assert_eq!(counts(collector, second), [1, 1, 1, 0]);
        fifo.shutdown();
        assert_eq!(counts(collector, second), [1, 1, 1, 1]);
    });
}

#[test]
fn gr_21_a_write_that_ends_at_once_makes_no_request_and_one_that_waits_does() {
    checked(|collector| {
        tokio_runtime().block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let client = TcpStream::connect(listener.local_addr().unwrap()).await;
            let (mut client, (mut server, _)) = (client.unwrap(), listener.accept().await.unwrap());
            client.write_all(b"at once").await.unwrap();
            while client.try_write(&[0; 65536]).is_ok() {}
            assert_eq!(inits(collector, providers::WRITEWRAP), []);

            let mut write = pin!(client.write_all(b"waits"));
            assert!(poll(write.as_mut()).is_pending());
            let (id, _) = inits(collector, providers::WRITEWRAP)[0];
            assert_eq!(counts(collector, id), [1, 0, 0, 0]);
            let read = async {
                while counts(collector, id)[3] == 0 {
                    assert_ne!(server.read(&mut [0; 65536]).await.unwrap(), 0);
                }
            };
            tokio::join!(async { write.await.unwrap() }, read);
            assert_eq!(counts(collector, id), [1, 1, 1, 1]);
            assert_eq!(
                inits(collector, providers::WRITEWRAP),
                [(id, client.async_id())]
            );
        });
    });
}

/// Reports the headers and, if there is one, of the body, each in its scope.
struct Parser(AsyncResource);

impl Parser {
    fn feed(&self, message: &str, on_event: impl Fn(&str)) {
        let (headers, body) = message.split_once("\r\n\r\n").unwrap();
        self.0.run_in_async_scope(|| on_event(headers));
        if !body.is_empty() {
            self.0.run_in_async_scope(|| on_event(body));
        }
    }
}

#[test]
fn gr_25_a_parser_enters_its_scope_once_for_each_kind_of_event() {
    checked(|collector| {
        let parse = |message: &str| {
            let parser = Parser(AsyncResource::new(providers::HTTPINCOMINGMESSAGE));
            let id = parser.0.async_id();
            parser.feed(message, |_| {
                let [_, before, after, _] = counts(collector, id);
                assert_eq!(before, after + 1);
            });
            drop(parser);
            counts(collector, id)
        };
        assert_eq!(parse("GET / HTTP/1.1\r\n\r\n"), [1, 1, 1, 1]);
        assert_eq!(parse("HTTP/1.1 200 OK\r\n\r\nbody"), [1, 2, 2, 1]);
    });
}

#[test]
fn gr_26_a_callback_whose_resource_is_gone_still_runs_in_balance() {
    checked(|collector| {
        let resource = AsyncResource::new(providers::TCPSERVERWRAP);
        let id = resource.async_id();
        collector.exempt(id); // its bound closure outlives it
        let callback = async_hooks::bind!(resource, move |error: Option<u32>| (error, ids().0));
        drop(resource);
        assert_eq!(callback(None), (None, id.get()));
        assert_eq!(ids(), (1, 0));
    });
}

#[test]
fn gr_27_four_pings_are_four_resources_each_with_a_whole_life() {
    checked(|collector| {
        tokio_runtime().block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let mut client = TcpStream::connect(listener.local_addr().unwrap())
                .await
                .unwrap();
            let (mut server, _) = listener.accept().await.unwrap();
            for _ in 0..4 {
                let ping = AsyncResource::new(providers::HTTP2PING);
                client.write_all(b"ping").await.unwrap();
                server.read_exact(&mut [0; 4]).await.unwrap();
                ping.run_in_async_scope(|| ());
            }
        });
        let pings = inits(collector, providers::HTTP2PING);
        assert_eq!(pings.len(), 4);
        assert!(
            pings
                .iter()
                .all(|(id, _)| counts(collector, *id) == [1, 1, 1, 1])
        );
    });
}

#[test]
fn gr_28_a_hundred_writes_that_end_in_one_tick_are_one_tick_resource() {
    checked(|collector| {
        let (fifo, waiting) = (Fifo::new(), Rc::new(RefCell::new(Vec::new())));
        let written = Cell::new();
        for number in 0..100 {
            if waiting.borrow().is_empty() {
                let (batch, written) = (waiting.clone(), written.clone());
                fifo.defer(move || {
                    batch
                        .take()
                        .into_iter()
                        .for_each(|number| written.push(number))
                });
            }
            waiting.borrow_mut().push(number);
        }
        fifo.run();
        assert_eq!(written.len(), 100);
        assert_eq!(inits(collector, providers::TICK_OBJECT).len(), 1);
    });
}
