//! GR: kinds of resources, how often each of their events comes, and what triggers them.
//!
//! Sockets, files and lookups are tokio's own on the loopback device; their resources are made by hand.

use std::{cell::RefCell, rc::Rc};

use ah::{AsyncId, AsyncResource, Phase, embedder, providers};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::support::{Cell, Fifo, SECOND, checked, counts, ids, inits, once, tokio_runtime};

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
        let fifo = Fifo::new();
        let there = fifo.clone();
        let outer = fifo.timeout(
            SECOND,
            once(move || {
                there.timeout(2 * SECOND, || ());
                there.timeout(SECOND, || ()).cancel();
            }),
        );
        fifo.advance(2 * SECOND);
        fifo.shutdown(); // with one that still waits
        let timeouts = inits(collector, providers::TIMEOUT);
        assert_eq!(timeouts.len(), 3);
        assert_eq!(counts(collector, outer.async_id()), [1, 1, 1, 1]);
        for (id, trigger) in &timeouts[1..] {
            assert_eq!(*trigger, outer.async_id());
            assert_eq!(counts(collector, *id), [1, 0, 0, 1]);
        }
    });
}

#[test]
fn gr_04_a_timer_set_again_from_its_own_callback_keeps_its_id() {
    // Node: set again when it is over, it gets a new id; here: over is over, and the next timer is a new resource.
    checked(|collector| {
        let (fifo, this) = (
            Fifo::new(),
            Rc::new(RefCell::new(None::<ah_testing::Timer>)),
        );
        let inside = this.clone();
        let timer = fifo.timeout(SECOND, move || {
            inside.take().into_iter().for_each(|timer| timer.refresh());
        });
        this.replace(Some(timer.clone()));
        fifo.advance(SECOND);
        assert_eq!(counts(collector, timer.async_id()), [1, 1, 1, 0]);
        fifo.advance(SECOND);
        assert_eq!(counts(collector, timer.async_id()), [1, 2, 2, 1]);
        timer.refresh();
        fifo.advance(SECOND);
        assert_eq!(counts(collector, timer.async_id()), [1, 2, 2, 1]);
        let next = fifo.timeout(SECOND, || ());
        assert_ne!(next.async_id(), timer.async_id());
        fifo.shutdown();
    });
}

#[test]
fn gr_05_nested_timeouts_are_a_chain_of_triggers() {
    checked(|collector| {
        let fifo = Fifo::new();
        let (one, two) = (fifo.clone(), fifo.clone());
        fifo.timeout(
            SECOND,
            once(move || {
                one.timeout(
                    SECOND,
                    once(move || {
                        two.timeout(SECOND, || ());
                    }),
                );
            }),
        );
        fifo.advance(3 * SECOND);
        let timeouts = inits(collector, providers::TIMEOUT);
        let triggers: Vec<AsyncId> = timeouts.iter().map(|(_, trigger)| *trigger).collect();
        assert_eq!(triggers, [AsyncId::ROOT, timeouts[0].0, timeouts[1].0]);
    });
}

#[test]
fn gr_06_an_interval_made_in_the_callback_of_another_is_triggered_by_it() {
    checked(|collector| {
        let fifo = Fifo::new();
        let there = fifo.clone();
        let outer = fifo.interval(
            SECOND,
            once(move || {
                there.interval(SECOND, || ());
            }),
        );
        fifo.advance(SECOND);
        let (_, trigger) = inits(collector, providers::TIMEOUT)[1];
        assert_eq!(trigger, outer.async_id());
        fifo.shutdown();
    });
}

#[test]
fn gr_08_a_file_request_is_entered_once_for_its_callback() {
    checked(|collector| {
        let request = AsyncResource::new(providers::FSREQCALLBACK);
        let id = request.async_id();
        tokio_runtime().block_on(async {
            let file = std::env::current_exe().unwrap();
            let metadata = tokio::fs::metadata(file).await;
            request.run_in_async_scope(|| {
                assert!(metadata.unwrap().is_file());
                assert_eq!(counts(collector, id), [1, 1, 0, 0]);
            });
            drop(request);
        });
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
        tokio_runtime().block_on(async {
            for (name, is_found) in [("127.0.0.1:80", true), ("no address", false)] {
                let request = AsyncResource::new(providers::GETADDRINFOREQWRAP);
                let found = tokio::net::lookup_host(name).await;
                request.run_in_async_scope(|| assert_eq!(found.is_ok(), is_found));
            }
        });
        for (id, _) in inits(collector, providers::GETADDRINFOREQWRAP) {
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
fn gr_14_a_server_its_connections_and_a_connect_request_have_their_own_counts() {
    checked(|collector| {
        let server = AsyncResource::new(providers::TCPSERVERWRAP);
        let client = AsyncResource::new(providers::TCPWRAP);
        let request =
            AsyncResource::builder(providers::TCPCONNECTWRAP).trigger_async_id(client.async_id());
        let request = request.build().unwrap();
        let ids = [server.async_id(), client.async_id(), request.async_id()];
        tokio_runtime().block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            assert_eq!(counts(collector, ids[0]), [1, 0, 0, 0]);
            let address = listener.local_addr().unwrap();
            let (accepted, connected) =
                tokio::join!(listener.accept(), TcpStream::connect(address));
            let connection = server.run_in_async_scope(|| AsyncResource::new(providers::TCPWRAP));
            request.run_in_async_scope(|| drop(connected.unwrap()));
            drop(request);
            let (mut stream, _) = accepted.unwrap();
            let read = stream.read(&mut [0; 1]).await;
            connection.run_in_async_scope(|| assert_eq!(read.unwrap(), 0));
        });
        drop((server, client));
        let expected = [[1, 1, 1, 1], [1, 0, 0, 1], [1, 1, 1, 1]];
        assert_eq!(ids.map(|id| counts(collector, id)), expected);
        assert_eq!(inits(collector, providers::TCPWRAP)[1].1, ids[0]);
    });
}

#[test]
fn gr_15_what_an_accept_loop_makes_is_triggered_by_its_server() {
    checked(|_| {
        let server = AsyncResource::new(providers::TCPSERVERWRAP);
        let socket = embedder::run_in_worker(|| {
            assert_eq!(ids(), (0, 0));
            let id = server.async_id();
            ah::default_trigger_async_id_scope(id, || AsyncResource::new(providers::TCPWRAP))
        });
        assert_eq!(socket.trigger_async_id(), server.async_id());
        let shutdown = AsyncResource::builder(providers::SHUTDOWNWRAP);
        let shutdown = shutdown
            .trigger_async_id(socket.async_id())
            .build()
            .unwrap();
        assert_eq!(shutdown.trigger_async_id(), socket.async_id());
    });
}

#[test]
fn gr_17_the_parser_of_a_connection_is_triggered_by_it_and_timeouts_by_the_root() {
    checked(|collector| {
        let fifo = Fifo::new();
        let server = AsyncResource::new(providers::TCPSERVERWRAP);
        let timer = fifo.timeout(SECOND, || ());
        let connection = server.run_in_async_scope(|| AsyncResource::new(providers::TCPWRAP));
        let parser = ah::default_trigger_async_id_scope(connection.async_id(), || {
            AsyncResource::new(providers::HTTPINCOMINGMESSAGE)
        });
        assert_eq!(parser.trigger_async_id(), connection.async_id());
        assert_eq!(connection.trigger_async_id(), server.async_id());
        assert_eq!(
            inits(collector, providers::TIMEOUT)[0],
            (timer.async_id(), AsyncId::ROOT)
        );
        fifo.shutdown();
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

/// Tells of the headers and, if there is one, of the body, each in its scope.
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
        let callback = ah::bind!(resource, move |error: Option<u32>| (error, ids().0));
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
