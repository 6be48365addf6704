//! Channels: as tokio's, and with the context of the sender for those who ask.

mod support;

use std::{future::poll_fn, sync::Arc, time::Duration};

use ah_tokio::sync::{
    Context, broadcast,
    mpsc::{self, error::TrySendError},
    oneshot, watch,
};
use support::checked;

static STORE: async_hooks::AsyncLocalStorage<u32> = async_hooks::AsyncLocalStorage::new();

/// The store in this context.
fn store_in(context: &Context) -> Option<u32> {
    context.run(|| STORE.get())
}

/// A test that has nothing announced.
fn in_silence(test: impl AsyncFnOnce()) {
    checked(async |collector| {
        test().await;
        assert_eq!(collector.take_lines(), [""; 0]);
    });
}

#[test]
fn a_receiver_keeps_its_own_context_and_may_ask_for_that_of_the_sender() {
    in_silence(async || {
        let (sender, mut receiver) = mpsc::channel(8);
        for store in 1..=3 {
            STORE.scope(store, sender.send(store)).await.unwrap();
        }
        STORE
            .scope(9, async {
                assert_eq!(receiver.recv().await, Some(1));
                assert_eq!(STORE.get(), Some(9));
                let (message, context) = receiver.recv_with_context().await.unwrap();
                assert_eq!((message, store_in(&context)), (2, Some(2)));
                assert_eq!(context.scope(async { STORE.get() }).await, Some(2));
                assert_eq!(STORE.get(), Some(9));
                let (_, context) = receiver.try_recv_with_context().unwrap();
                assert_eq!(store_in(&context), Some(3));
            })
            .await;
        sender.send(4).await.unwrap();
        let (_, context) = receiver.recv_with_context().await.unwrap();
        assert_eq!(STORE.run(9, || store_in(&context)), None);
    });
}

#[test]
fn every_way_to_send_captures_and_every_way_to_receive_gives_it() {
    in_silence(async || {
        let (sender, mut receiver) = mpsc::channel(8);
        STORE.run(1, || sender.try_send(()).unwrap());
        let permit = sender.reserve().await.unwrap();
        STORE.run(2, || permit.send(()));
        let permit = STORE
            .scope(9, sender.clone().reserve_owned())
            .await
            .unwrap();
        STORE.run(3, || drop(permit.send(())));
        let permits: Vec<_> = sender.reserve_many(2).await.unwrap().collect();
        for (permit, store) in permits.into_iter().zip(4..) {
            STORE.run(store, || permit.send(()));
        }
        let timed = sender.send_timeout((), Duration::from_secs(1));
        STORE.scope(6, timed).await.unwrap();
        let there = sender.clone();
        let blocking = move || STORE.run(7, || there.blocking_send(()));
        std::thread::spawn(blocking).join().unwrap().unwrap();

        let mut stores = Vec::new();
        let mut many = Vec::new();
        assert_eq!(receiver.recv_many_with_context(&mut many, 2).await, 2);
        stores.extend(many.iter().map(|(_, context)| store_in(context)));
        let polled = poll_fn(|cx| receiver.poll_recv_with_context(cx)).await;
        stores.push(store_in(&polled.unwrap().1));
        let thread = std::thread::spawn(move || {
            stores.push(store_in(&receiver.blocking_recv_with_context().unwrap().1));
            (receiver, stores)
        });
        let (mut receiver, mut stores) = thread.join().unwrap();
        while let Ok((_, context)) = receiver.try_recv_with_context() {
            stores.push(store_in(&context));
        }
        assert_eq!(stores, [1, 2, 3, 4, 5, 6, 7].map(Some));
    });
}

#[test]
fn a_bounded_channel_is_as_tokios() {
    in_silence(async || {
        let (sender, mut receiver) = mpsc::channel::<u32>(2);
        assert_eq!((sender.capacity(), sender.max_capacity()), (2, 2));
        sender.try_send(1).unwrap();
        assert_eq!(
            (receiver.len(), receiver.is_empty(), receiver.capacity()),
            (1, false, 1)
        );
        assert_eq!(sender.try_reserve_many(1).unwrap().len(), 1);
        let permit = sender.try_reserve().unwrap();
        assert!(matches!(sender.try_send(7), Err(TrySendError::Full(7))));
        let error = sender.send_timeout(8, Duration::ZERO).await.unwrap_err();
        assert_eq!(error.into_inner(), 8);
        let full = sender.clone().try_reserve_owned().unwrap_err();
        assert!(full.into_inner().same_channel(&sender));
        permit.send(2);
        let mut both = Vec::new();
        assert_eq!(receiver.recv_many(&mut both, 9).await, 2);
        assert_eq!(both, [1, 2]);

        let owned = sender.clone().reserve_owned().await.unwrap();
        assert!(owned.same_channel_as_sender(&sender));
        drop(owned.release());
        let weak = sender.downgrade();
        assert_eq!((weak.strong_count(), receiver.sender_weak_count()), (1, 1));
        assert!(weak.upgrade().is_some());
        assert!(format!("{sender:?}{receiver:?}{weak:?}").contains("Receiver"));
        receiver.close();
        sender.closed().await;
        assert!(sender.is_closed() && receiver.is_closed());
        assert_eq!(sender.send(3).await.unwrap_err().0, 3);
        assert!(matches!(sender.try_send(3), Err(TrySendError::Closed(3))));
        drop(sender);
        assert_eq!(receiver.recv().await, None);
        assert!(weak.upgrade().is_none());
    });
}

#[test]
fn an_unbounded_channel_is_as_tokios() {
    in_silence(async || {
        let (sender, mut receiver) = mpsc::unbounded_channel();
        STORE.run(1, || sender.send("one").unwrap());
        sender.send("two").unwrap();
        assert_eq!((receiver.len(), sender.strong_count()), (2, 1));
        let (message, context) = receiver.recv_with_context().await.unwrap();
        assert_eq!((message, store_in(&context)), ("one", Some(1)));
        assert_eq!(receiver.try_recv(), Ok("two"));
        assert_eq!(receiver.try_recv(), Err(mpsc::error::TryRecvError::Empty));
        let weak = sender.clone().downgrade();
        assert!(weak.upgrade().unwrap().same_channel(&sender));
        drop(receiver);
        sender.closed().await;
        assert_eq!(sender.send("three").unwrap_err().0, "three");
    });
}

#[test]
fn one_message_is_received_with_its_context_or_without() {
    in_silence(async || {
        let (sender, receiver) = oneshot::channel();
        STORE.run(1, || sender.send(7)).unwrap();
        let (message, context) = receiver.with_context().await.unwrap();
        assert_eq!((message, store_in(&context)), (7, Some(1)));

        let (sender, mut receiver) = oneshot::channel();
        assert!(receiver.try_recv().is_err());
        STORE.run(2, || sender.send(8)).unwrap();
        let (message, context) = receiver.try_recv_with_context().unwrap();
        assert_eq!((message, store_in(&context)), (8, Some(2)));

        let (sender, receiver) = oneshot::channel();
        sender.send(9).unwrap();
        assert_eq!(receiver.await, Ok(9));

        let (sender, receiver) = oneshot::channel();
        STORE.run(3, || sender.send(10)).unwrap();
        let thread = std::thread::spawn(|| receiver.blocking_recv_with_context());
        let (_, context) = thread.join().unwrap().unwrap();
        assert_eq!(store_in(&context), Some(3));

        let (mut sender, mut receiver) = oneshot::channel::<u32>();
        receiver.close();
        sender.closed().await;
        assert!(sender.is_closed());
        assert_eq!(sender.send(11), Err(11));
        assert!(receiver.await.is_err());
    });
}

#[test]
fn every_receiver_of_a_broadcast_gets_the_context() {
    in_silence(async || {
        let (sender, mut one) = broadcast::channel(2);
        let mut two = sender.subscribe();
        assert_eq!(sender.receiver_count(), 2);
        assert_eq!(STORE.run(1, || sender.send("one")).unwrap(), 2);
        for receiver in [&mut one, &mut two] {
            let (message, context) = receiver.recv_with_context().await.unwrap();
            assert_eq!((message, store_in(&context)), ("one", Some(1)));
        }
        for message in ["two", "three", "four"] {
            STORE.run(2, || sender.send(message)).unwrap();
        }
        assert_eq!(
            one.recv().await,
            Err(broadcast::error::RecvError::Lagged(1))
        );
        let (message, context) = one.try_recv_with_context().unwrap();
        assert_eq!((message, store_in(&context)), ("three", Some(2)));
        assert_eq!(one.recv().await, Ok("four"));
        let mut three = two.resubscribe();
        assert!(three.try_recv().is_err() && three.same_channel(&one));
        let weak = sender.downgrade();
        assert!(weak.upgrade().unwrap().same_channel(&sender));
        drop((one, two, three));
        sender.closed().await;
        assert_eq!(sender.send("five").unwrap_err().0, "five");
    });
}

#[test]
fn a_watched_value_tells_the_context_of_its_last_change() {
    in_silence(async || {
        let (sender, mut receiver) = STORE.run(1, || watch::channel(10));
        assert_eq!(store_in(&receiver.borrow().context()), Some(1));
        STORE.run(2, || sender.send(20)).unwrap();
        receiver.changed().await.unwrap();
        let value = receiver.borrow_and_update();
        assert_eq!((*value, store_in(&value.context())), (20, Some(2)));
        drop(value);
        STORE.run(3, || sender.send_modify(|value| *value += 1));
        assert_eq!(store_in(&sender.borrow().context()), Some(3));
        assert!(!STORE.run(4, || sender.send_if_modified(|_| false)));
        assert_eq!(store_in(&sender.borrow().context()), Some(3));
        assert!(STORE.run(4, || sender.send_if_modified(|_| true)));
        assert_eq!(STORE.run(5, || sender.send_replace(30)), 21);
        let found = receiver.wait_for(|value| *value == 30).await.unwrap();
        assert_eq!(store_in(&found.context()), Some(5));
        drop(found);
        assert!(!receiver.has_changed().unwrap());
        receiver.mark_changed();
        assert!(receiver.has_changed().unwrap());
        assert!(sender.subscribe().same_channel(&receiver));
        drop(receiver);
        sender.closed().await;
        assert_eq!(sender.send(40).unwrap_err().0, 40);
        assert_eq!(*watch::Sender::<u32>::default().borrow(), 0);
    });
}

/// Reads a channel when it goes, as a store of the user's may.
struct ReadsWhenDropped(watch::Receiver<u32>);

impl Drop for ReadsWhenDropped {
    fn drop(&mut self) {
        assert!(*self.0.borrow() > 0);
    }
}

#[test]
fn a_store_that_goes_with_a_value_may_use_the_channel_in_its_drop() {
    static READS: async_hooks::AsyncLocalStorage<Arc<ReadsWhenDropped>> =
        async_hooks::AsyncLocalStorage::new();
    in_silence(async || {
        let (sender, receiver) = watch::channel(1);
        READS.run(Arc::new(ReadsWhenDropped(receiver)), || {
            sender.send_replace(2)
        });
        let reads = Arc::new(ReadsWhenDropped(sender.subscribe()));
        READS.run(reads, || sender.send_modify(|value| *value = 3));
        sender.send_modify(|value| *value = 4);
        sender.send_replace(5);
    });
}

#[test]
fn a_message_that_was_received_holds_no_stores() {
    static COUNTED: async_hooks::AsyncLocalStorage<Arc<()>> = async_hooks::AsyncLocalStorage::new();
    in_silence(async || {
        let store = Arc::new(());
        let (sender, mut receiver) = mpsc::unbounded_channel();
        COUNTED.run(store.clone(), || sender.send(7).unwrap());
        assert!(Arc::strong_count(&store) > 1);
        let message = receiver.recv().await;
        assert_eq!((message, Arc::strong_count(&store)), (Some(7), 1));
    });
}
