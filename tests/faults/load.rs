//! Hooks that are enabled and disabled by the thousand while two runtimes run flat out.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    mpsc,
};

use ah_testing::Collector;
use async_hooks::{AsyncHook, AsyncLocalStorage, AsyncResource, Env, Hooks, Task, prelude::*};
use tokio::runtime::{Builder, Runtime};

static STORE: AsyncLocalStorage<u32> = AsyncLocalStorage::new();

const TOGGLES: u32 = 2000;
/// So many hooks are enabled at a time.
const BATCH: u32 = 8;
/// So many tasks spawn the next one, on each runtime.
const CHAINS: u32 = 8;

fn rounds() -> u32 {
    std::env::var("AH_FAULTS_ROUNDS").map_or(1, |rounds| rounds.parse().expect("a number"))
}

async fn work(number: u32) {
    assert_eq!(STORE.get(), Some(number));
    let resource = AsyncResource::new("A");
    STORE
        .scope(number + 1, tokio::task::yield_now().traced("F"))
        .await;
    resource.run_in_async_scope(|| assert_eq!(STORE.get(), Some(number)));
}

/// Spawns a task that does some work and spawns the next one, until it is told to stop.
fn spawn_chain(number: u32, stop: Arc<AtomicBool>, done: tokio::sync::mpsc::Sender<u32>) {
    let spawn = || {
        tokio::spawn(Task::new(async move {
            work(number).await;
            if stop.load(SeqCst) {
                done.send(number).await.expect("the test waits");
            } else {
                spawn_chain(number, stop, done);
            }
        }))
    };
    drop(STORE.run::<_, async_hooks::Value>(number, spawn));
}

fn runtime() -> Runtime {
    Builder::new_multi_thread()
        .worker_threads(2)
        .build()
        .unwrap()
}

/// A hook that counts the resources of one type, and keeps a value.
fn counting(ty: &'static str, heard: &Arc<AtomicUsize>, value: &Arc<()>) -> AsyncHook {
    let (heard, value) = (heard.clone(), value.clone());
    let hooks = Hooks::builder().types([ty]).init(move |_| {
        let _kept = &value;
        heard.fetch_add(1, SeqCst);
    });
    async_hooks::create_hook(hooks.before(|_| ()).after(|_| ()).destroy(|_| ()).build())
}

/// Enables a hook, which receives what is created here from now on, and disables it, after which it does not.
fn toggle(value: &Arc<()>) {
    let heard = Arc::new(AtomicUsize::new(0));
    let hook = counting("HERE", &heard, value);
    drop(AsyncResource::new("HERE"));
    assert_eq!(heard.load(SeqCst), 0);
    hook.enable();
    drop(AsyncResource::new("HERE"));
    assert_eq!(heard.load(SeqCst), 1);
    hook.disable();
    drop(AsyncResource::new("HERE"));
    assert_eq!(heard.load(SeqCst), 1);
}

#[test]
fn hooks_come_and_go_by_the_thousand_while_two_runtimes_run_flat_out() {
    let env = Env::new();
    let value = Arc::new(());
    for _ in 0..rounds() {
        env.run(|| run_flat_out(&value));
    }
    assert_eq!(Arc::strong_count(&value), 1, "a hook is left");
}

/// Waits until a new hook has received events of the runtimes.
fn hear_something() {
    let (heard, has_heard) = mpsc::sync_channel(1);
    let hooks = Hooks::builder().types(["A"]).init(move |_| {
        let _it_may_be_full = heard.try_send(());
    });
    let hook = async_hooks::create_hook(hooks.build());
    hook.enable();
    has_heard.recv().expect("the hook has the other end");
    hook.disable();
}

fn run_flat_out(value: &Arc<()>) {
    let collector = Collector::start();
    let stop = Arc::new(AtomicBool::new(false));
    let elsewhere = Arc::new(AtomicUsize::new(0));
    let runtimes = [runtime(), runtime()];
    let (done, mut ends) = tokio::sync::mpsc::channel(1);
    for runtime in &runtimes {
        let _entered = runtime.enter();
        for number in 0..CHAINS {
            spawn_chain(number, stop.clone(), done.clone());
        }
    }
    drop(done);
    for _ in 0..TOGGLES / BATCH {
        // these stay for a while, until the last one has received events of the runtimes
        let staying: Vec<_> = (1..BATCH)
            .map(|_| counting("A", &elsewhere, value))
            .collect();
        for hook in &staying {
            toggle(value);
            hook.enable();
        }
        hear_something();
        for hook in staying {
            toggle(value);
            hook.disable();
        }
    }
    stop.store(true, SeqCst);
    let mut ended = 0;
    while ends.blocking_recv().is_some() {
        ended += 1;
    }
    assert_eq!(ended, 2 * CHAINS);
    drop(runtimes); // waits for the workers
    assert!(elsewhere.load(SeqCst) > 0, "no hook heard the runtimes");
    collector
        .check()
        .unwrap_or_else(|broken| panic!("{broken}"));
}
