//! On one core, beside a thread that never rests, nobody starves: a thread that waits for a task lets others run. Alone
//! in its binary: it binds the process to a core.
#![cfg(all(tokio_unstable, target_os = "linux"))]
#![expect(unsafe_code, reason = "a thread is bound to a core by a system call")]

use std::{
    hint::spin_loop,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    thread,
};

use ah_tokio::{TaskCallbacks, instrument};
use async_hooks::{AsyncLocalStorage, Hooks};
use tokio::{runtime::Builder, sync::Notify};

static STORE: AsyncLocalStorage<u64> = AsyncLocalStorage::new();

/// Binds this thread, and those that it begins, to the first core that it may use.
fn bind_to_one_core() {
    // SAFETY: a set of cores may be all zeros; both calls get its size, and this thread
    let bound = unsafe {
        let mut cores: libc::cpu_set_t = std::mem::zeroed();
        assert_eq!(
            libc::sched_getaffinity(0, size_of_val(&cores), &mut cores),
            0
        );
        let first = (0..libc::CPU_SETSIZE as usize).find(|core| libc::CPU_ISSET(*core, &cores));
        libc::CPU_ZERO(&mut cores);
        libc::CPU_SET(first.expect("it runs on one"), &mut cores);
        libc::sched_setaffinity(0, size_of_val(&cores), &cores)
    };
    assert_eq!(bound, 0);
}

/// Tasks that are woken by each other, on two workers: the next poll often begins before the last one has ended.
#[test]
fn tasks_that_wake_each_other_come_to_an_end_beside_a_busy_thread() {
    const ROUNDS: usize = 2_000;
    bind_to_one_core();
    let after = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&after);
    let hook = async_hooks::create_hook(
        Hooks::builder()
            .after(move |_| _ = count.fetch_add(1, SeqCst))
            .build(),
    );
    hook.enable();
    let busy = Arc::new(AtomicBool::new(true));
    let is_busy = Arc::clone(&busy);
    let thread = thread::spawn(move || {
        while is_busy.load(SeqCst) {
            spin_loop();
        }
    });
    let mut builder = Builder::new_multi_thread();
    instrument(builder.worker_threads(2), TaskCallbacks::new());
    let runtime = builder.build().expect("a runtime");
    let bells = [(); 4].map(|()| Arc::new(Notify::new()));
    bells[0].notify_one();
    let tasks = (0..bells.len()).map(|at| {
        let (mine, next) = (
            Arc::clone(&bells[at]),
            Arc::clone(&bells[(at + 1) % bells.len()]),
        );
        STORE.run::<_, async_hooks::Value>(at as u64, || {
            runtime.spawn(async move {
                for _ in 0..ROUNDS {
                    mine.notified().await;
                    next.notify_one();
                }
                STORE.get()
            })
        })
    });
    let tasks: Vec<_> = tasks.collect();
    for (at, task) in tasks.into_iter().enumerate() {
        assert_eq!(
            runtime.block_on(task).expect("it does not panic"),
            Some(at as u64)
        );
    }
    busy.store(false, SeqCst);
    thread.join().expect("it does not panic");
    drop(runtime);
    assert!(
        after.load(SeqCst) >= 4 * ROUNDS / 2,
        "the hook hears the polls"
    );
    hook.disable();
}
