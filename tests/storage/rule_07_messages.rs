//! Rule 5.7, and section 7 of the design: a snapshot has one life however often it is cloned, and a message brings one.

use std::sync::{Arc, Mutex, mpsc};

use async_hooks::{BOUND_ANONYMOUS_FN, Hooks, WithContext, execution_async_id, trigger_async_id};
use futures::{SinkExt as _, StreamExt as _, stream};

use crate::support::{Storage, block_on, poll_pending, poll_ready, yield_now};

use super::test;

static A: Storage = Storage::new();

/// What becomes of the resources of snapshots meanwhile.
fn events(f: impl FnOnce(&dyn Fn(&'static str))) -> Vec<&'static str> {
    async_hooks::Env::new().run(|| {
        let events = Arc::new(Mutex::new(Vec::new()));
        let note = {
            let events = events.clone();
            move |event| events.lock().unwrap().push(event)
        };
        let hooks = Hooks::builder()
            .init({
                let note = note.clone();
                move |_| note("init")
            })
            .destroy({
                let note = note.clone();
                move |_| note("destroy")
            })
            .types([BOUND_ANONYMOUS_FN])
            .build();
        async_hooks::create_hook(hooks).enable();
        f(&note);
        std::mem::take(&mut *events.lock().unwrap())
    })
}

#[test]
fn clones_of_a_snapshot_are_destroyed_with_the_last() {
    let seen = events(|note| {
        let snapshot = async_hooks::snapshot();
        let (one, two) = (snapshot.clone(), snapshot.clone());
        drop(snapshot);
        note("the first is dropped");
        let three = two.clone();
        drop((one, two));
        note("one is left");
        drop(three);
    });
    assert_eq!(
        seen,
        ["init", "the first is dropped", "one is left", "destroy"]
    );
}

#[test]
fn a_snapshot_without_clones_is_destroyed_with_it() {
    assert_eq!(
        events(|_| drop(async_hooks::snapshot())),
        ["init", "destroy"]
    );
}

#[test]
fn clones_of_a_snapshot_are_one_resource_on_any_thread() {
    let snapshot = A.run(7, async_hooks::snapshot);
    let look = || (execution_async_id(), trigger_async_id(), A.get());
    let here = snapshot.run(look);
    assert_eq!(here.2, Some(7));
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let snapshot = snapshot.clone();
            std::thread::spawn(move || snapshot.run(look))
        })
        .collect();
    drop(snapshot);
    for thread in threads {
        assert_eq!(thread.join().unwrap(), here);
    }
}

#[test]
fn a_message_runs_in_the_context_of_its_sender() {
    let (tx, rx) = mpsc::channel();
    A.run(7, || tx.send(WithContext::new("job")).unwrap());
    let message = A.run(9, || rx.recv().unwrap());
    assert_eq!(
        A.run(9, || message.run(|job| (job, A.get()))),
        ("job", Some(7))
    );
}

#[test]
fn each_poll_for_a_message_runs_in_the_context_of_its_sender() {
    let message = A.run(7, || WithContext::new(1));
    let mut future = std::pin::pin!(message.scope(|job| {
        let called = A.get();
        async move {
            yield_now().await;
            (job, called, A.get())
        }
    }));
    A.run(9, || poll_pending(future.as_mut()));
    assert_eq!(A.run(9, || poll_ready(future)), (1, Some(7), Some(7)));
}

#[test]
fn each_clone_of_a_message_runs_there() {
    let message = A.run(7, || WithContext::new(String::from("news")));
    let clones = [message.clone(), message.clone(), message];
    for message in clones {
        assert_eq!(message.get_ref(), "news");
        assert_eq!(
            block_on(message.scope(|news| async move { (news, A.get()) })).1,
            Some(7)
        );
    }
}

#[test]
fn a_message_is_a_resource_until_what_runs_for_it_is_dropped() {
    let seen = events(|note| {
        let message = WithContext::new(1);
        let mut future = Box::pin(message.scope(|_| async { yield_now().await }));
        poll_pending(future.as_mut());
        note("pending");
        poll_ready(future.as_mut());
        drop(future);
        note("dropped");
        drop(WithContext::new(String::new()).into_inner());
    });
    assert_eq!(
        seen,
        ["init", "pending", "destroy", "dropped", "init", "destroy"]
    );
}

#[test]
fn the_value_of_a_message_that_is_never_polled_is_dropped_in_the_context() {
    struct Looks(Arc<Mutex<Option<u32>>>);
    impl Drop for Looks {
        fn drop(&mut self) {
            *self.0.lock().unwrap() = A.get();
        }
    }
    let seen = Arc::new(Mutex::new(None));
    let message = A.run(7, || WithContext::new(Looks(seen.clone())));
    drop(message.scope(|looks| async move { drop(looks) }));
    assert_eq!(*seen.lock().unwrap(), Some(7));
}

#[test]
fn the_parts_of_a_message_are_its_value_and_a_snapshot() {
    let (job, context) = A.run(7, || WithContext::new(1)).into_parts();
    assert_eq!((job, context.run(|| A.get())), (1, Some(7)));
    assert_eq!(block_on(context.scope(async { A.get() })), Some(7));
}

#[test]
fn streams_and_sinks_are_scoped_as_futures_are() {
    let looks = || stream::repeat_with(|| A.get()).take(2);
    let scoped = A.scope(7, looks());
    assert_eq!(
        A.run(9, || block_on(scoped.collect::<Vec<_>>())),
        [Some(7); 2]
    );
    let exited = A.exit_scope(looks());
    assert_eq!(A.run(9, || block_on(exited.collect::<Vec<_>>())), [None; 2]);
    let snapshot = A.run(7, async_hooks::snapshot);
    assert_eq!(
        block_on(snapshot.scope(looks()).collect::<Vec<_>>()),
        [Some(7); 2]
    );
    let resource = A.run(7, || async_hooks::AsyncResource::new("STREAM"));
    assert_eq!(
        block_on(resource.scope(looks()).collect::<Vec<_>>()),
        [Some(7); 2]
    );
    let in_env = A.run(7, || async_hooks::Env::new().scope(looks()));
    assert_eq!(block_on(in_env.collect::<Vec<_>>()), [None; 2]);

    let seen = Arc::new(Mutex::new(Vec::new()));
    let sink = futures::sink::unfold((), |(), item: u32| {
        seen.lock().unwrap().push((item, A.get()));
        async { Ok::<_, ()>(()) }
    });
    let mut sink = Box::pin(A.scope(7, sink));
    block_on(sink.send(1)).unwrap();
    assert_eq!(*seen.lock().unwrap(), [(1, Some(7))]);
}
