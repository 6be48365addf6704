//! An init says where in the user's code a resource was asked for, though it is created at the first poll.

mod support;

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use ah_tokio::{
    next_tick,
    observed::{
        fs::{self, File},
        net::{TcpListener, TcpStream, UdpSocket},
        time::{interval, sleep, timeout},
    },
    set_immediate, set_timeout,
};
use support::checked;

/// The types and the lines of what is created, and of nothing that is created elsewhere.
#[derive(Clone, Default)]
struct Places(Arc<Mutex<Vec<(&'static str, u32)>>>);

impl Places {
    fn listen() -> Self {
        let places = Self::default();
        let there = places.clone();
        let hooks = async_hooks::Hooks::builder().init(move |resource| {
            let location = resource.location().expect("it is told");
            let line = if location.file() == file!() {
                location.line()
            } else {
                0
            };
            there
                .0
                .lock()
                .unwrap()
                .push((resource.resource_type(), line));
        });
        async_hooks::create_hook(hooks.build()).enable();
        places
    }

    fn take(&self) -> Vec<(&'static str, u32)> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

#[test]
fn what_is_asked_for_by_async_functions() {
    checked(async |_| {
        let places = Places::listen();
        let line = line!();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap());
        let _client = client.await.unwrap();
        drop(listener.accept().await.unwrap());
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let send = socket.send_to(b"ping", socket.local_addr().unwrap());
        send.await.unwrap();
        let path = std::env::current_exe().unwrap();
        let metadata = fs::metadata(&path);
        metadata.await.unwrap();
        let open = File::open(&path);
        open.await.unwrap();
        let expected = [
            ("TCPSERVERWRAP", 1),
            ("TCPWRAP", 2),
            ("TCPCONNECTWRAP", 2),
            ("TCPWRAP", 4),
            ("UDPWRAP", 5),
            ("UDPSENDWRAP", 6),
            ("FSREQCALLBACK", 9),
            ("FSREQCALLBACK", 11),
            ("FILEHANDLE", 11),
        ];
        assert_eq!(places.take(), expected.map(|(ty, at)| (ty, line + at)));
    });
}

#[test]
fn what_is_made_at_once() {
    checked(async |_| {
        let places = Places::listen();
        let line = line!();
        drop(sleep(Duration::from_secs(1)));
        drop(timeout(Duration::from_secs(1), async {}));
        drop(interval(Duration::from_secs(1)));
        set_timeout(Duration::from_secs(1), || ()).clear();
        set_immediate(|| ()).clear();
        next_tick(|| ()).clear();
        let timeout = "Timeout";
        let types = [
            timeout,
            timeout,
            timeout,
            timeout,
            "Immediate",
            "TickObject",
        ];
        let expected: Vec<_> = types.into_iter().zip(line + 1..).collect();
        assert_eq!(places.take(), expected);
    });
}

#[cfg(unix)]
#[test]
fn what_is_made_on_unix() {
    use std::process::Stdio;

    use ah_tokio::observed::{net::UnixStream, process::Command};
    checked(async |_| {
        let places = Places::listen();
        let line = line!();
        drop(UnixStream::pair().unwrap());
        let mut cat = Command::new("cat");
        let child = cat.stdin(Stdio::piped()).spawn();
        assert!(child.unwrap().wait().await.unwrap().success());
        let expected = [
            ("PIPEWRAP", 1),
            ("PIPEWRAP", 1),
            ("PROCESSWRAP", 3),
            ("PIPEWRAP", 3),
        ];
        assert_eq!(places.take(), expected.map(|(ty, at)| (ty, line + at)));
    });
}
