//! XR: the resource that runs.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use async_hooks::{AsyncId, AsyncResource, Hooks, ResourceHandle, Task, prelude::*};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::support::{checked, enable, ids, ready, tokio_runtime, yield_now};

/// The resources announced since, by id.
#[derive(Clone, Default)]
struct Announced(Arc<Mutex<HashMap<AsyncId, ResourceHandle>>>);

impl Announced {
    /// Gathers them, and looks in each before and after, too.
    fn gather() -> Self {
        let announced = Self::default();
        let (init, before, after) = (announced.clone(), announced.clone(), announced.clone());
        let hooks = Hooks::builder()
            .init(move |resource| {
                init.0
                    .lock()
                    .unwrap()
                    .insert(resource.async_id(), resource.resource());
            })
            .before(move |_| before.assert_current())
            .after(move |_| after.assert_current());
        enable(hooks.name("announced"));
        announced
    }

    /// The resource that runs is the one that was announced under its id.
    fn assert_current(&self) {
        let current = async_hooks::execution_async_resource();
        let announced = self
            .0
            .lock()
            .unwrap()
            .get(&async_hooks::execution_async_id())
            .cloned();
        assert_eq!(announced, Some(current));
    }
}

#[test]
fn xr_01_before_body_and_after_see_the_resource_that_was_announced() {
    checked(|_| {
        let announced = Announced::gather();
        let resource = AsyncResource::new("A");
        resource.run_in_async_scope(|| announced.assert_current());
        assert_eq!(
            resource.handle(),
            announced.0.lock().unwrap()[&resource.async_id()]
        );
    });
}

#[test]
fn xr_03_so_does_a_future_before_and_after_an_await() {
    checked(|_| {
        let announced = Announced::gather();
        let fifo = crate::support::Fifo::new();
        let there = announced.clone();
        let task = fifo.spawn(
            async move {
                there.assert_current();
                yield_now().await;
                there.assert_current();
            }
            .traced("REPORT"),
        );
        fifo.run();
        assert_eq!(task.take(), Some(()));
    });
}

#[test]
fn xr_04_so_do_tasks_on_both_sides_of_a_connection() {
    checked(|_| {
        let announced = Announced::gather();
        tokio_runtime().block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let (there, here) = (announced.clone(), announced.clone());
            let server = tokio::spawn(Task::new(async move {
                let (mut stream, _) = listener.accept().await.unwrap();
                there.assert_current();
                stream.read_exact(&mut [0; 4]).await.unwrap();
                there.assert_current();
                stream.write_all(b"pong").await.unwrap();
            }));
            let client = tokio::spawn(Task::new(async move {
                let mut stream = TcpStream::connect(address).await.unwrap();
                stream.write_all(b"ping").await.unwrap();
                stream.read_exact(&mut [0; 4]).await.unwrap();
                here.assert_current();
                assert_eq!(stream.read(&mut [0; 1]).await.unwrap(), 0);
                here.assert_current();
            }));
            server.await.unwrap();
            client.await.unwrap();
        });
    });
}

#[test]
fn xr_05_asking_for_the_resource_that_runs_switches_nothing_on() {
    // Node: the first call makes callbacks from native code go through a longer path; here: it is only a look.
    checked(|collector| {
        let report = async {
            let handle = async_hooks::execution_async_resource();
            (handle.async_id().get(), ids())
        };
        assert_eq!(ready(report.in_current_context()), (1, (1, 0)));
        assert!(collector.events().is_empty());
        assert_eq!(AsyncResource::new("NEXT").async_id(), 2);
    });
}
