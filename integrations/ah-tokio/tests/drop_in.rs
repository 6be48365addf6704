//! Code that was written for tokio: one line at the root of the crate is the whole migration.

extern crate ah_tokio as tokio;

mod support;

use support::checked;

/// Each path exists under tokio's name: a broad sample of types, traits, functions and errors.
#[expect(unused_imports, reason = "that they are there is the test")]
mod paths {
    #[cfg(unix)]
    use tokio::{
        fs::symlink,
        io::unix::{AsyncFd, AsyncFdReadyGuard, AsyncFdReadyMutGuard, TryIoError},
        net::{
            UnixDatagram, UnixListener, UnixSocket, UnixStream,
            unix::{
                OwnedReadHalf as UR, OwnedWriteHalf as UW, ReuniteError as UE, SocketAddr, UCred,
                gid_t, pid_t, pipe, uid_t,
            },
        },
        signal::unix::{Signal, SignalKind, signal},
    };
    use tokio::{
        fs::{
            DirBuilder, DirEntry, File, FileTimes, OpenOptions, ReadDir, canonicalize, copy,
            create_dir, create_dir_all, hard_link, metadata, read, read_dir, read_link,
            read_to_string, remove_dir, remove_dir_all, remove_file, rename, set_permissions,
            symlink_metadata, try_exists, write,
        },
        io::{
            AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncSeek, AsyncSeekExt,
            AsyncWrite, AsyncWriteExt, BufReader, BufStream, BufWriter, DuplexStream, Empty,
            Interest, Join, Lines, ReadBuf, ReadHalf, Ready, Repeat, Sink, Stderr, Stdin, Stdout,
            Take, WriteHalf, copy as copy_io, copy_bidirectional, copy_buf, duplex, empty, join,
            repeat, simplex, sink, split, stderr, stdin, stdout,
        },
        net::{
            TcpListener, TcpSocket, TcpStream, ToSocketAddrs, UdpSocket, lookup_host,
            tcp::{OwnedReadHalf, OwnedWriteHalf, ReadHalf as R, ReuniteError, WriteHalf as W},
        },
        process::{Child, ChildStderr, ChildStdin, ChildStdout, Command},
        signal::ctrl_c,
        sync::{
            AcquireError, Barrier, BarrierWaitResult, MappedMutexGuard, Mutex, MutexGuard, Notify,
            OnceCell, OwnedMutexGuard, OwnedRwLockReadGuard, OwnedRwLockWriteGuard,
            OwnedSemaphorePermit, RwLock, RwLockMappedWriteGuard, RwLockReadGuard,
            RwLockWriteGuard, Semaphore, SemaphorePermit, SetError, SetOnce, SetOnceError,
            TryAcquireError, TryLockError, broadcast, futures::Notified, mpsc, oneshot, watch,
        },
        time::{
            Duration, Instant, Interval, MissedTickBehavior, Sleep, Timeout, advance, error,
            interval, interval_at, pause, resume, sleep, sleep_until, timeout, timeout_at,
        },
    };
}

mod errors {
    use tokio::{
        sync::{broadcast, mpsc, oneshot, watch},
        time::error::{Elapsed, Error},
    };

    #[expect(dead_code, reason = "that it compiles is the test")]
    enum All {
        Elapsed(Elapsed),
        Time(Error),
        Send(mpsc::error::SendError<u8>),
        TrySend(mpsc::error::TrySendError<u8>),
        SendTimeout(mpsc::error::SendTimeoutError<u8>),
        TryRecv(mpsc::error::TryRecvError),
        Once(oneshot::error::RecvError),
        TryOnce(oneshot::error::TryRecvError),
        Broadcast(broadcast::error::RecvError),
        Watch(watch::error::RecvError),
    }
}

mod servers {
    use std::sync::Arc;

    use super::{
        checked,
        tokio::{
            io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
            net::{TcpListener, TcpStream, UdpSocket},
            sync::{Mutex, mpsc, oneshot},
        },
    };

    async fn echo(mut socket: TcpStream) -> std::io::Result<()> {
        let (mut reader, mut writer) = socket.split();
        tokio::io::copy(&mut reader, &mut writer).await?;
        Ok(())
    }

    #[test]
    fn an_echo_server() {
        checked(async |_| {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let server = tokio::spawn(async move {
                let mut echoes = Vec::new();
                for _ in 0..2 {
                    let (socket, _) = listener.accept().await.unwrap();
                    socket.set_nodelay(true).unwrap();
                    echoes.push(tokio::spawn(echo(socket)));
                }
                echoes
            });
            for text in ["one", "two"] {
                let mut client = TcpStream::connect(address).await.unwrap();
                client.write_all(text.as_bytes()).await.unwrap();
                client.shutdown().await.unwrap();
                let mut answer = String::new();
                client.read_to_string(&mut answer).await.unwrap();
                assert_eq!(answer, text);
            }
            for echo in server.await.unwrap() {
                echo.await.unwrap().unwrap();
            }
        });
    }

    #[test]
    fn a_chat_of_lines_over_owned_halves() {
        checked(async |_| {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let client = TcpStream::connect(listener.local_addr().unwrap())
                .await
                .unwrap();
            let (server, _) = listener.accept().await.unwrap();
            let (reader, mut writer) = server.into_split();
            let answers = tokio::spawn(async move {
                let mut lines = BufReader::new(reader).lines();
                while let Some(line) = lines.next_line().await.unwrap() {
                    let answer = format!("{line}!\n");
                    writer.write_all(answer.as_bytes()).await.unwrap();
                }
            });
            let (reader, mut writer) = client.into_split();
            writer.write_all(b"one\ntwo\n").await.unwrap();
            let mut lines = BufReader::new(reader).lines();
            assert_eq!(lines.next_line().await.unwrap().as_deref(), Some("one!"));
            assert_eq!(lines.next_line().await.unwrap().as_deref(), Some("two!"));
            drop(writer);
            answers.await.unwrap();
        });
    }

    #[test]
    fn datagrams_by_an_arc_shared_between_tasks() {
        checked(async |_| {
            let socket = Arc::new(UdpSocket::bind("127.0.0.1:0").await.unwrap());
            let address = socket.local_addr().unwrap();
            let there = socket.clone();
            let receive = tokio::spawn(async move {
                let mut buffer = [0; 16];
                let (length, from) = there.recv_from(&mut buffer).await.unwrap();
                (buffer[..length].to_vec(), from)
            });
            socket.send_to(b"ping", address).await.unwrap();
            assert_eq!(receive.await.unwrap(), (b"ping".to_vec(), address));
        });
    }

    #[test]
    fn a_pipeline_of_channels_with_a_shared_state() {
        enum Command {
            Add(u32),
            Get(oneshot::Sender<u32>),
        }
        checked(async |_| {
            let total = Arc::new(Mutex::new(0));
            let (commands, mut receiver) = mpsc::channel(4);
            let state = total.clone();
            let manager = tokio::spawn(async move {
                while let Some(command) = receiver.recv().await {
                    match command {
                        Command::Add(number) => *state.lock().await += number,
                        Command::Get(answer) => answer.send(*state.lock().await).unwrap(),
                    }
                }
            });
            for number in 1..=10 {
                let commands = commands.clone();
                commands.send(Command::Add(number)).await.ok().unwrap();
            }
            let (answer, total) = oneshot::channel();
            commands.send(Command::Get(answer)).await.ok().unwrap();
            assert_eq!(total.await.unwrap(), 55);
            drop(commands);
            manager.await.unwrap();
        });
    }
}

mod timers {
    use super::{
        checked,
        tokio::time::{self, Duration, Instant, sleep, timeout},
    };

    #[test]
    fn select_over_a_pinned_sleep_an_interval_and_a_timeout() {
        checked(async |_| {
            time::pause();
            let start = Instant::now();
            let all = sleep(Duration::from_millis(105));
            tokio::pin!(all);
            let mut interval = time::interval(Duration::from_millis(10));
            let mut ticks = 0;
            loop {
                tokio::select! {
                    _ = interval.tick() => ticks += 1,
                    () = &mut all => break,
                }
            }
            assert_eq!(ticks, 11);
            let never = std::future::pending::<()>();
            assert!(timeout(Duration::from_millis(5), never).await.is_err());
            all.as_mut()
                .reset(Instant::now() + Duration::from_millis(5));
            assert!(!all.is_elapsed());
            all.await;
            assert!(start.elapsed() >= Duration::from_millis(115));
            let (one, two) = tokio::join!(async { 1 }, async { 2 });
            assert_eq!(one + two, 3);
        });
    }
}

mod files {
    use super::{
        checked,
        tokio::{
            fs::{self, File, OpenOptions},
            io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt, SeekFrom},
        },
    };

    #[test]
    fn there_and_back() {
        let path = std::env::temp_dir().join(format!("ah-tokio-drop-in-{}", std::process::id()));
        checked(async |_| {
            let mut file = File::create(&path).await.unwrap();
            file.write_all(b"one two").await.unwrap();
            file.flush().await.unwrap();
            drop(file);
            let file = OpenOptions::new().read(true).append(true).open(&path).await;
            let mut file = file.unwrap();
            file.write_all(b" three").await.unwrap();
            file.seek(SeekFrom::Start(4)).await.unwrap();
            let mut text = String::new();
            file.read_to_string(&mut text).await.unwrap();
            assert_eq!(text, "two three");
            assert_eq!(fs::metadata(&path).await.unwrap().len(), 13);
            fs::remove_file(&path).await.unwrap();
        });
    }
}

mod generic {
    use super::{
        checked,
        tokio::{
            fs,
            io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
            net::{TcpListener, TcpStream, ToSocketAddrs},
            process, signal, time,
        },
    };

    fn is_send_and_sync<T: Send + Sync>(_: &T) {}

    fn is_send<T: Send>(_: T) {}

    async fn ping<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S) -> S {
        stream.write_all(b"ping").await.unwrap();
        stream
    }

    fn connect<A: ToSocketAddrs + Send>(
        address: A,
    ) -> impl Future<Output = std::io::Result<TcpStream>> + Send {
        TcpStream::connect(address)
    }

    #[test]
    fn generic_code_takes_the_streams_and_its_futures_are_send() {
        checked(async |_| {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let client = connect(listener.local_addr().unwrap()).await.unwrap();
            is_send_and_sync(&client);
            is_send_and_sync(&listener);
            is_send(listener.accept());
            is_send(fs::read(std::path::PathBuf::from("/")));
            is_send(fs::File::open("/"));
            is_send(time::timeout(
                time::Duration::ZERO,
                time::sleep(time::Duration::ZERO),
            ));
            is_send(signal::ctrl_c());
            is_send(process::Command::new("true"));
            let _client = ping(client).await;
            let (mut server, _) = listener.accept().await.unwrap();
            server.read_exact(&mut [0; 4]).await.unwrap();
        });
    }
}

#[cfg(unix)]
mod descriptors {
    use std::os::fd::{AsFd, AsRawFd};

    use super::{
        checked,
        tokio::net::{UnixDatagram, UnixStream},
    };

    #[test]
    fn descriptors_are_lent() {
        checked(async |_| {
            let (one, _two) = UnixStream::pair().unwrap();
            assert_eq!(one.as_fd().as_raw_fd(), one.as_raw_fd());
            let (one, _two) = UnixDatagram::pair().unwrap();
            assert_eq!(one.as_raw_fd(), one.as_fd().as_raw_fd());
        });
    }
}
