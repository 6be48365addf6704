//! tower: a buffer with its worker, and what spawns or waits on behalf of a request.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    task::{Context, Poll},
    time::Duration,
};

use ::tower::{
    Service, ServiceBuilder, ServiceExt as _, retry::Policy, service_fn, spawn_ready::SpawnReady,
};
use tokio::task::yield_now;

use crate::support::{checked, only_held_are, seen, seen_by_a_task, with_id};

/// What is seen where a service is called, by the future it returns, and by a task of that.
type Seen = [Option<u64>; 3];

fn look() -> impl Future<Output = Result<Seen, Infallible>> + Send {
    let at_call = seen();
    async move { Ok([at_call, seen(), seen_by_a_task().await]) }
}

/// Sends requests of several ids and of none, one after the other.
async fn ask<S>(service: &S) -> Vec<(Option<u64>, Seen)>
where
    S: Service<(), Response = Seen, Error: std::fmt::Debug> + Clone,
{
    let mut answers = Vec::new();
    for id in [Some(1), None, Some(2)] {
        let answer = with_id(id, service.clone().oneshot(())).await;
        answers.push((id, answer.unwrap()));
    }
    answers
}

/// The worker calls the service, and the caller polls what it returns: so a service does its work in its future.
#[test]
fn a_buffer_calls_its_service_where_it_was_built_and_the_caller_sees_its_own() {
    checked(async || {
        let buffered = ServiceBuilder::new()
            .buffer(8)
            .service(service_fn(|()| look()));
        for (id, seen) in ask(&buffered).await {
            assert_eq!(seen, [None, id, id]);
        }
        only_held_are(&[]).await; // while the worker lives on
    });
}

/// The worker lives as long as the buffer.
#[test]
fn a_buffer_that_is_built_in_a_request_keeps_it_unless_it_is_detached() {
    checked(async || {
        let build = || {
            ServiceBuilder::new()
                .buffer(8)
                .service(service_fn(|()| look()))
        };
        let plain = with_id(Some(8), async { build() }).await;
        let detached = with_id(Some(9), async { async_hooks::detached(build) }).await;
        for (id, seen) in ask(&plain).await {
            assert_eq!(seen, [Some(8), id, id]);
        }
        for (id, seen) in ask(&detached).await {
            assert_eq!(seen, [None, id, id]);
        }
        only_held_are(&[8]).await;
    });
}

/// What is to be seen where the service is called is sent along.
#[test]
fn a_snapshot_in_the_message_takes_the_context_through_a_buffer() {
    checked(async || {
        let service = service_fn(|snapshot: async_hooks::Snapshot| {
            snapshot.run::<_, async_hooks::Value>(look)
        });
        let buffered = ServiceBuilder::new()
            .map_request(|()| async_hooks::snapshot())
            .buffer(8);
        for (id, seen) in ask(&buffered.service(service)).await {
            assert_eq!(seen, [id; 3]);
        }
        only_held_are(&[]).await;
    });
}

/// Is ready when it is asked for the second time, and says what it saw then.
#[derive(Clone, Default)]
struct SlowlyReady {
    asked: usize,
    seen: Option<u64>,
}

impl Service<()> for SlowlyReady {
    type Response = Option<u64>;
    type Error = Infallible;
    type Future = Ready<Result<Option<u64>, Infallible>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.asked += 1;
        match self.asked {
            1 => {
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            2 => self.seen = seen(), // in the task
            _ => (),                 // once more where it is called
        }
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, (): ()) -> Self::Future {
        self.asked = 0;
        ready(Ok(self.seen))
    }
}

/// `SpawnReady` waits for its service in a task.
#[test]
fn a_task_that_waits_for_a_service_sees_who_waits_for_it() {
    checked(async || {
        let mut service = SpawnReady::new(SlowlyReady::default());
        for id in [Some(1), None, Some(2)] {
            let answer = with_id(id, async { service.ready().await?.call(()).await }).await;
            assert_eq!(answer.unwrap(), id);
        }
        only_held_are(&[]).await;
    });
}

/// Tries a second time whatever came of the first.
#[derive(Clone)]
struct Twice {
    again: bool,
}

impl<E> Policy<u64, Seen, E> for Twice {
    type Future = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

    fn retry(&mut self, number: &mut u64, _: &mut Result<Seen, E>) -> Option<Self::Future> {
        let number = *number;
        let again = std::mem::replace(&mut self.again, false);
        let wait = async move {
            yield_now().await;
            assert_eq!(seen(), Some(number));
        };
        again.then(|| Box::pin(wait) as Self::Future)
    }

    fn clone_request(&mut self, number: &u64) -> Option<u64> {
        Some(*number)
    }
}

#[test]
fn a_stack_of_retries_timeouts_limits_and_a_buffer_keeps_each_request_to_itself() {
    checked(async || {
        let stack = ServiceBuilder::new()
            .retry(Twice { again: true })
            .buffer(32)
            .timeout(Duration::from_secs(600))
            .concurrency_limit(3)
            .service(service_fn(|_: u64| look()));
        let requests = (1..=30_u64).map(|number| {
            let answer = stack.clone().oneshot(number);
            with_id(Some(number), async move {
                let id = Some(number);
                assert_eq!(answer.await.unwrap(), [None, id, id]);
            })
        });
        futures::future::join_all(requests).await;
        only_held_are(&[]).await;
    });
}
