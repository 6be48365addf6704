//! Sockets and names: which events each has, and what triggers what.

mod support;

use std::{net::SocketAddr, pin::pin, sync::mpsc};

use ah_tokio as tokio;
use async_hooks::prelude::*;
use support::{Collector, checked, counts, inits, poll};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    observed::net::{TcpListener, TcpSocket, TcpStream, UdpSocket, lookup_host},
};

const ANY: &str = "127.0.0.1:0";

static STORE: async_hooks::AsyncLocalStorage<u32> = async_hooks::AsyncLocalStorage::new();

async fn listener() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind(ANY).await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

/// A client and its connection.
async fn connected() -> (TcpStream, TcpStream) {
    let (listener, address) = listener().await;
    let client = TcpStream::connect(address).await.unwrap();
    let (server, _) = listener.accept().await.unwrap();
    (client, server)
}

#[test]
fn a_connect_is_a_request_of_its_stream_which_is_announced_first() {
    checked(async |collector| {
        let (_listener, address) = listener().await;
        assert_eq!(collector.take_lines(), ["init TCPSERVERWRAP 2<1"]);
        let client = TcpStream::connect(address).await.unwrap();
        drop(client);
        let expected = [
            "init TCPWRAP 3<1",
            "init TCPCONNECTWRAP 4<3",
            "before TCPCONNECTWRAP 4",
            "after TCPCONNECTWRAP 4",
            "destroy TCPCONNECTWRAP 4",
            "destroy TCPWRAP 3",
        ];
        assert_eq!(collector.take_lines(), expected);
    });
}

#[test]
fn a_connect_that_fails_is_entered_too() {
    checked(async |collector| {
        let (listener, address) = listener().await;
        drop(listener);
        assert_eq!(collector.take_lines().len(), 2);
        assert!(TcpStream::connect(address).await.is_err());
        let expected = [
            "init TCPWRAP 3<1",
            "init TCPCONNECTWRAP 4<3",
            "before TCPCONNECTWRAP 4",
            "after TCPCONNECTWRAP 4",
            "destroy TCPCONNECTWRAP 4",
            "destroy TCPWRAP 3",
        ];
        assert_eq!(collector.take_lines(), expected);
    });
}

#[test]
fn each_address_that_is_tried_is_a_connect_of_the_same_stream() {
    checked(async |collector| {
        let (closed, nobody) = listener().await;
        drop(closed);
        let (_listener, address) = listener().await;
        let client = TcpStream::connect(&[nobody, address][..]).await.unwrap();
        let connects = inits(collector, "TCPCONNECTWRAP");
        assert_eq!(connects.len(), 2);
        for (id, trigger) in connects {
            assert_eq!(trigger, client.async_id());
            assert_eq!(counts(collector, id), [1, 1, 1, 1]);
        }
        let none: &[SocketAddr] = &[];
        let error = TcpStream::connect(none).await.unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
    });
}

#[test]
fn a_connect_that_is_given_up_is_announced_and_destroyed() {
    checked(async |collector| {
        let (_listener, address) = listener().await;
        let mut connect = Box::pin(TcpStream::connect(address));
        assert!(poll(connect.as_mut()).is_pending());
        drop(connect);
        for ty in ["TCPWRAP", "TCPCONNECTWRAP"] {
            let (id, _) = inits(collector, ty)[0];
            assert_eq!(counts(collector, id), [1, 0, 0, 1], "{ty}");
        }
    });
}

#[test]
fn a_listener_triggers_its_connections_which_have_its_stores() {
    checked(async |collector| {
        let (listener, address) = STORE.scope(1, listener()).await;
        for accepted in 1..=2 {
            let _client = TcpStream::connect(address).await.unwrap();
            let (connection, _) = STORE.scope(2, listener.accept()).await.unwrap();
            assert_eq!(connection.trigger_async_id(), listener.async_id());
            let store = connection
                .async_resource()
                .run_in_async_scope(|| STORE.get());
            assert_eq!(store, Some(1));
            assert_eq!(
                counts(collector, listener.async_id()),
                [1, accepted, accepted, 0]
            );
        }
    });
}

#[test]
fn an_accept_polled_manually_triggers_its_connection_as_well() {
    checked(async |_| {
        let (listener, address) = listener().await;
        let _client = TcpStream::connect(address).await.unwrap();
        let accepted = std::future::poll_fn(|cx| listener.poll_accept(cx)).await;
        assert_eq!(accepted.unwrap().0.trigger_async_id(), listener.async_id());
    });
}

#[test]
fn each_read_that_succeeds_enters_the_stream_and_so_does_its_end() {
    checked(async |collector| {
        let (mut client, mut server) = connected().await;
        let id = server.async_id();
        client.write_all(b"one").await.unwrap();
        server.read_exact(&mut [0; 3]).await.unwrap();
        assert_eq!(counts(collector, id), [1, 1, 1, 0]);
        client.write_all(b"two").await.unwrap();
        server.readable().await.unwrap();
        assert_eq!(server.try_read(&mut [0; 8]).unwrap(), 3);
        assert_eq!(counts(collector, id), [1, 2, 2, 0]);
        assert!(server.try_read(&mut [0; 8]).is_err());
        drop(client);
        assert_eq!(server.read(&mut [0; 8]).await.unwrap(), 0);
        assert_eq!(counts(collector, id), [1, 3, 3, 0]);
        drop(server);
        assert_eq!(counts(collector, id), [1, 3, 3, 1]);
    });
}

/// Writes until the socket takes no more.
async fn fill(stream: &mut TcpStream) {
    stream.writable().await.unwrap();
    while stream.try_write(&[0; 65536]).is_ok() {}
}

#[test]
fn a_write_that_ends_at_once_is_no_request_and_one_that_waits_is_one() {
    checked(async |collector| {
        let (mut client, mut server) = connected().await;
        client.write_all(b"at once").await.unwrap();
        assert_eq!(inits(collector, "WRITEWRAP"), []);
        fill(&mut client).await;
        let read = async {
            while server.try_read(&mut [0; 65536]).is_err() {
                server.readable().await.unwrap();
            }
            let mut rest = Vec::new();
            server.read_to_end(&mut rest).await.unwrap();
        };
        let id = client.async_id();
        let write = async move {
            client.write_all(b"waits").await.unwrap();
            drop(client);
        };
        tokio::join!(write, read);
        let writes = inits(collector, "WRITEWRAP");
        assert_eq!(writes.len(), 1);
        assert_eq!(writes[0].1, id);
        assert_eq!(counts(collector, writes[0].0), [1, 1, 1, 1]);
    });
}

#[test]
fn a_write_that_is_given_up_ends_with_its_stream() {
    checked(async |collector| {
        let (mut client, _server) = connected().await;
        fill(&mut client).await;
        assert!(poll(pin!(client.write(b"waits"))).is_pending());
        assert!(poll(pin!(client.write(b"again"))).is_pending());
        let (id, _) = inits(collector, "WRITEWRAP")[0];
        drop(client);
        assert_eq!(counts(collector, id), [1, 0, 0, 1]);
        assert_eq!(inits(collector, "WRITEWRAP").len(), 1);
    });
}

#[test]
fn a_shutdown_is_a_request_of_its_stream() {
    checked(async |collector| {
        let (mut client, _server) = connected().await;
        client.shutdown().await.unwrap();
        let [(id, trigger)] = inits(collector, "SHUTDOWNWRAP")[..] else {
            panic!("not one shutdown");
        };
        assert_eq!(trigger, client.async_id());
        assert_eq!(counts(collector, id), [1, 1, 1, 1]);
    });
}

#[test]
fn a_shutdown_ends_a_write_that_was_given_up() {
    checked(async |collector| {
        let (mut client, _server) = connected().await;
        fill(&mut client).await;
        assert!(poll(pin!(client.write(b"waits"))).is_pending());
        client.shutdown().await.unwrap();
        let (write, _) = inits(collector, "WRITEWRAP")[0];
        let (shutdown, _) = inits(collector, "SHUTDOWNWRAP")[0];
        assert_eq!(counts(collector, write), [1, 0, 0, 1]);
        assert_eq!(counts(collector, shutdown), [1, 1, 1, 1]);
    });
}

#[test]
fn borrowed_halves_are_the_stream() {
    checked(async |collector| {
        let (mut client, mut server) = connected().await;
        let id = server.async_id();
        let (mut reads, mut writes) = server.split();
        assert_eq!((reads.async_id(), writes.async_id()), (id, id));
        client.write_all(b"ping").await.unwrap();
        reads.read_exact(&mut [0; 4]).await.unwrap();
        assert_eq!(counts(collector, id), [1, 1, 1, 0]);
        writes.shutdown().await.unwrap();
        assert_eq!(inits(collector, "SHUTDOWNWRAP")[0].1, id);
    });
}

#[test]
fn owned_halves_keep_the_stream_alive_and_make_it_again() {
    checked(async |collector| {
        let (mut client, server) = connected().await;
        let id = server.async_id();
        let (reads, writes) = server.into_split();
        let mut server = reads.reunite(writes).unwrap();
        client.write_all(b"ping").await.unwrap();
        server.read_exact(&mut [0; 4]).await.unwrap();
        assert_eq!(
            (server.async_id(), counts(collector, id)),
            (id, [1, 1, 1, 0])
        );

        let (mut reads, writes) = server.into_split();
        drop(writes);
        client.write_all(b"ping").await.unwrap();
        reads.read_exact(&mut [0; 4]).await.unwrap();
        assert_eq!(counts(collector, id), [1, 2, 2, 0]);
        drop(reads);
        assert_eq!(counts(collector, id), [1, 2, 2, 1]);
    });
}

#[test]
fn halves_of_two_streams_are_given_back() {
    checked(async |_| {
        let (client, server) = connected().await;
        let ((client_reads, _writes), (_reads, server_writes)) =
            (client.into_split(), server.into_split());
        let ids = (client_reads.async_id(), server_writes.async_id());
        let error = client_reads.reunite(server_writes).unwrap_err();
        assert!(error.to_string().contains("reunite"));
        assert_eq!((error.0.async_id(), error.1.async_id()), ids);
    });
}

#[test]
fn the_first_of_two_sends_waits_for_the_socket_and_the_second_does_not() {
    checked(async |collector| {
        let (one, two) = (
            UdpSocket::bind(ANY).await.unwrap(),
            UdpSocket::bind(ANY).await.unwrap(),
        );
        let address = two.local_addr().unwrap();
        one.send_to(b"ping", address).await.unwrap(); // bound just now
        let sends = inits(collector, "UDPSENDWRAP");
        assert_eq!(sends.len(), 1);
        assert_eq!(sends[0].1, one.async_id());
        assert_eq!(counts(collector, sends[0].0), [1, 1, 1, 1]);
        one.connect(address).await.unwrap();
        one.send(b"pong").await.unwrap();
        assert_eq!(inits(collector, "UDPSENDWRAP").len(), 1);

        let mut buffer = [0; 8];
        assert_eq!(two.recv(&mut buffer).await.unwrap(), 4);
        assert_eq!(
            two.recv_from(&mut buffer).await.unwrap().1,
            one.local_addr().unwrap()
        );
        assert!(two.try_recv(&mut buffer).is_err());
        assert_eq!(counts(collector, two.async_id()), [1, 2, 2, 0]);
        assert_eq!(counts(collector, one.async_id()), [1, 0, 0, 0]);
    });
}

#[test]
fn a_send_to_nowhere_fails_as_tokios() {
    checked(async |_| {
        let socket = UdpSocket::bind(ANY).await.unwrap();
        let none: &[SocketAddr] = &[];
        let error = socket.send_to(b"ping", none).await.unwrap_err();
        let tokios = socket.get_ref().send_to(b"ping", none).await.unwrap_err();
        assert_eq!(error.to_string(), tokios.to_string());
    });
}

#[test]
fn bytes_are_received_into_growing_buffers() {
    checked(async |collector| {
        let (one, two) = (
            UdpSocket::bind(ANY).await.unwrap(),
            UdpSocket::bind(ANY).await.unwrap(),
        );
        let mut buffer = bytes::BytesMut::with_capacity(8);
        one.send_to(b"ping", two.local_addr().unwrap())
            .await
            .unwrap();
        assert_eq!(two.recv_buf_from(&mut buffer).await.unwrap().0, 4);
        one.send_to(b"pong", two.local_addr().unwrap())
            .await
            .unwrap();
        assert_eq!(two.recv_buf(&mut buffer).await.unwrap(), 4);
        assert!(two.try_recv_buf(&mut buffer).is_err());
        assert_eq!(&buffer[..], b"pingpong");
        assert_eq!(counts(collector, two.async_id()), [1, 2, 2, 0]);
    });
}

/// Runs a test while the only thread for blocking work is busy, so that a look-up cannot be ready at its first poll. The
/// test says when that may end.
fn with_a_busy_thread(test: impl AsyncFnOnce(&Collector, mpsc::Sender<()>)) {
    let mut runtime = ::tokio::runtime::Builder::new_current_thread();
    let runtime = runtime
        .enable_all()
        .max_blocking_threads(1)
        .build()
        .unwrap();
    let (release, released) = mpsc::channel();
    runtime.spawn_blocking(move || released.recv());
    runtime.block_on(ah_testing::checked_async(async |collector| {
        test(collector, release).await
    }));
}

#[test]
fn a_look_up_is_a_request_unless_there_is_nothing_to_look_up() {
    with_a_busy_thread(async |collector, release| {
        assert_eq!(lookup_host(("127.0.0.1", 80)).await.unwrap().count(), 1);
        assert_eq!(lookup_host("127.0.0.1:80").await.unwrap().count(), 1);
        assert_eq!(collector.take_lines(), [""; 0]);

        let mut found = pin!(lookup_host("localhost:80"));
        assert!(poll(found.as_mut()).is_pending());
        assert_eq!(collector.take_lines(), ["init GETADDRINFOREQWRAP 2<1"]);
        release.send(()).unwrap();
        assert!(found.await.unwrap().count() > 0);
        let rest =
            ["before", "after", "destroy"].map(|event| format!("{event} GETADDRINFOREQWRAP 2"));
        assert_eq!(collector.take_lines(), rest);
    });
}

#[test]
fn a_look_up_that_fails_is_entered_too() {
    with_a_busy_thread(async |collector, release| {
        let mut found = pin!(lookup_host("no address"));
        assert!(poll(found.as_mut()).is_pending());
        release.send(()).unwrap();
        assert!(found.await.is_err());
        let (id, _) = inits(collector, "GETADDRINFOREQWRAP")[0];
        assert_eq!(counts(collector, id), [1, 1, 1, 1]);
    });
}

#[test]
fn connecting_by_name_looks_it_up_for_the_stream() {
    with_a_busy_thread(async |collector, release| {
        let (_listener, address) = listener().await;
        let mut connect = pin!(TcpStream::connect(("localhost", address.port())));
        assert!(poll(connect.as_mut()).is_pending());
        release.send(()).unwrap();
        let client = connect.await.unwrap();
        let lookups = inits(collector, "GETADDRINFOREQWRAP");
        assert_eq!(lookups.len(), 1);
        assert_eq!(lookups[0].1, client.async_id());
        assert_eq!(counts(collector, lookups[0].0), [1, 1, 1, 1]);
    });
}

#[test]
fn binding_by_name_looks_it_up_before_there_is_a_listener() {
    with_a_busy_thread(async |collector, release| {
        let mut bind = pin!(TcpListener::bind("localhost:0"));
        assert!(poll(bind.as_mut()).is_pending());
        assert_eq!(collector.take_lines(), ["init GETADDRINFOREQWRAP 2<1"]);
        release.send(()).unwrap();
        assert_eq!(bind.await.unwrap().async_id(), 3);
    });
}

#[test]
fn a_socket_becomes_a_listener_or_a_stream() {
    checked(async |collector| {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_reuseaddr(true).unwrap();
        socket.bind(ANY.parse().unwrap()).unwrap();
        assert_eq!(collector.take_lines(), [""; 0]);
        let listener = socket.listen(8).unwrap();
        assert_eq!(inits(collector, "TCPSERVERWRAP").len(), 1);
        let client = TcpSocket::new_v4()
            .unwrap()
            .connect(listener.local_addr().unwrap());
        let client = client.await.unwrap();
        assert_eq!(inits(collector, "TCPCONNECTWRAP")[0].1, client.async_id());
    });
}

#[test]
fn the_standard_librarys_sockets_become_resources_and_are_given_back() {
    checked(async |collector| {
        let std = std::net::TcpListener::bind(ANY).unwrap();
        std.set_nonblocking(true).unwrap();
        let listener = TcpListener::try_from(std).unwrap();
        let id = listener.async_id();
        let std = listener.into_std().unwrap();
        assert_eq!(counts(collector, id), [1, 0, 0, 1]);
        let tokios = ::tokio::net::TcpListener::from_std(std).unwrap();
        let listener = TcpListener::from(tokios);
        assert_ne!(listener.async_id(), id);
        assert_eq!(format!("{listener:?}"), format!("{:?}", listener.get_ref()));
    });
}

#[test]
fn a_tasks_connection_is_read_in_the_stores_of_its_own() {
    checked(async |_| {
        let (mut client, mut server) = connected().await;
        let task = tokio::spawn(STORE.scope(3, async move {
            server.read_exact(&mut [0; 4]).await.unwrap();
            STORE.get()
        }));
        client.write_all(b"ping").await.unwrap();
        assert_eq!(task.await.unwrap(), Some(3));
    });
}

#[test]
fn the_laws_hold_for_many_connections_on_two_threads() {
    let mut runtime = ::tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).enable_all().build().unwrap();
    let events = runtime.block_on(ah_testing::checked_async(async |collector| {
        let (listener, address) = listener().await;
        let server = tokio::spawn(async move {
            let mut echoes = Vec::new();
            for _ in 0..32 {
                let (connection, _) = listener.accept().await.unwrap();
                let (mut reads, mut writes) = connection.into_split();
                echoes.push(tokio::spawn(async move {
                    tokio::io::copy(&mut reads, &mut writes).await
                }));
            }
            echoes
        });
        let clients = (0..32).map(|_| {
            tokio::spawn(async move {
                let mut client = TcpStream::connect(address).await.unwrap();
                client.write_all(&[7; 100_000]).await.unwrap();
                client.shutdown().await.unwrap();
                let mut answer = Vec::new();
                client.read_to_end(&mut answer).await.unwrap();
                answer.len()
            })
        });
        for client in clients.collect::<Vec<_>>() {
            assert_eq!(client.await.unwrap(), 100_000);
        }
        for echo in server.await.unwrap() {
            assert_eq!(echo.await.unwrap().unwrap(), 100_000);
        }
        let server = inits(collector, "TCPSERVERWRAP")[0].0;
        let connections = inits(collector, "TCPWRAP");
        let accepted = connections.iter().filter(|(_, trigger)| *trigger == server);
        assert_eq!((connections.len(), accepted.count()), (64, 32));
        collector.events().len()
    }));
    assert!(events > 500);
}

#[cfg(unix)]
mod unix {
    use ah_tokio::observed::net::{UnixDatagram, UnixListener, UnixSocket, UnixStream, unix::pipe};

    use super::*;

    /// A path for a socket that is removed with this.
    struct Place(std::path::PathBuf);

    impl Place {
        fn new(name: &str) -> Self {
            let name = format!("ah-tokio-{}-{name}", std::process::id());
            Self(std::env::temp_dir().join(name))
        }
    }

    impl Drop for Place {
        fn drop(&mut self) {
            let _ = std::fs::remove_file(&self.0);
        }
    }

    #[test]
    fn a_listener_triggers_its_connections_and_a_connect_is_a_request_of_its_stream() {
        checked(async |collector| {
            let place = Place::new("listener");
            let listener = UnixListener::bind(&place.0).unwrap();
            let mut client = UnixStream::connect(&place.0).await.unwrap();
            let (mut server, _) = listener.accept().await.unwrap();
            assert_eq!(inits(collector, "PIPESERVERWRAP")[0].0, listener.async_id());
            assert_eq!(inits(collector, "PIPECONNECTWRAP")[0].1, client.async_id());
            assert_eq!(server.trigger_async_id(), listener.async_id());
            client.write_all(b"ping").await.unwrap();
            server.read_exact(&mut [0; 4]).await.unwrap();
            assert_eq!(counts(collector, server.async_id()), [1, 1, 1, 0]);
            assert_eq!(counts(collector, listener.async_id()), [1, 1, 1, 0]);
        });
    }

    #[test]
    fn a_socket_becomes_a_listener_a_stream_or_one_for_datagrams() {
        checked(async |collector| {
            let place = Place::new("socket");
            let socket = UnixSocket::new_stream().unwrap();
            socket.bind(&place.0).unwrap();
            let listener = socket.listen(8).unwrap();
            let client = UnixSocket::new_stream().unwrap().connect(&place.0);
            drop((client.await.unwrap(), listener));
            drop(UnixSocket::new_datagram().unwrap().datagram().unwrap());
            assert_eq!(inits(collector, "PIPEWRAP").len(), 2);
        });
    }

    #[test]
    fn a_pair_is_two_resources_that_split_and_reunite() {
        checked(async |collector| {
            let (one, mut two) = UnixStream::pair().unwrap();
            let id = one.async_id();
            assert_eq!(inits(collector, "PIPEWRAP").len(), 2);
            let (mut reads, writes) = one.into_split();
            two.write_all(b"ping").await.unwrap();
            reads.read_exact(&mut [0; 4]).await.unwrap();
            assert_eq!(counts(collector, id), [1, 1, 1, 0]);
            let mut one = writes.reunite(reads).unwrap();
            let (_reads, mut writes) = one.split();
            writes.write_all(b"pong").await.unwrap();
        });
    }

    #[test]
    fn a_datagram_that_finds_no_room_waits_and_is_a_request() {
        checked(async |collector| {
            let (one, two) = UnixDatagram::pair().unwrap();
            one.writable().await.unwrap();
            while one.try_send(b"ping").is_ok() {}
            assert_eq!(inits(collector, "UDPSENDWRAP"), []);
            let mut send = pin!(one.send(b"ping"));
            assert!(poll(send.as_mut()).is_pending());
            let (id, trigger) = inits(collector, "UDPSENDWRAP")[0];
            assert_eq!(
                (trigger, counts(collector, id)),
                (one.async_id(), [1, 0, 0, 0])
            );
            let receive = async {
                let mut received = 0;
                while two.recv(&mut [0; 8]).await.is_ok() {
                    received += 1;
                    if counts(collector, id)[3] == 1 {
                        break;
                    }
                }
                received
            };
            let (sent, received) = super::tokio::join!(send, receive);
            assert_eq!(sent.unwrap(), 4);
            assert_eq!(counts(collector, id), [1, 1, 1, 1]);
            assert_eq!(
                counts(collector, two.async_id()),
                [1, received, received, 0]
            );
        });
    }

    #[test]
    fn both_ends_of_a_pipe_are_resources() {
        checked(async |collector| {
            let (mut sender, mut receiver) = pipe::pipe().unwrap();
            sender.write_all(b"ping").await.unwrap();
            receiver.read_exact(&mut [0; 4]).await.unwrap();
            assert_eq!(counts(collector, receiver.async_id()), [1, 1, 1, 0]);
            let sender = pipe::Sender::from_owned_fd(sender.into_blocking_fd().unwrap()).unwrap();
            assert_eq!(inits(collector, "PIPEWRAP").len(), 3);
            drop(sender);
            assert_eq!(receiver.read(&mut [0; 4]).await.unwrap(), 0);
        });
    }
}
