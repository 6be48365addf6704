//! tokio's attributes and macros, where `ah-tokio` is called `tokio`.

use std::time::Duration;

use async_hooks::AsyncLocalStorage;

static REQUEST_ID: AsyncLocalStorage<u64> = AsyncLocalStorage::new();

async fn carries() {
    let task =
        REQUEST_ID.run::<_, async_hooks::Value>(7, || tokio::spawn(async { REQUEST_ID.get() }));
    assert_eq!(task.await.unwrap(), Some(7));
}

#[tokio::test(start_paused = true)]
async fn a_test_with_arguments() {
    tokio::time::sleep(Duration::from_secs(3600)).await;
    carries().await;
}

#[::tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_test_by_a_path_from_the_root() {
    carries().await;
}

#[cfg_attr(all(), tokio::test)]
async fn a_test_by_a_conditional_attribute() {
    carries().await;
}

#[test]
fn a_main() {
    #[tokio::main(flavor = "current_thread")]
    async fn main() {
        carries().await;
    }
    main();
}

mod elsewhere {
    use tokio as runtime;

    #[runtime::test]
    async fn a_test_by_a_third_name() {
        super::carries().await;
    }

    macro_rules! written_by_a_macro {
        ($($body:tt)*) => {
            #[tokio::test]
            async fn a_test_that_a_macro_writes() {
                $($body)*
            }
        };
    }

    written_by_a_macro! { super::carries().await; }
}

tokio::task_local! {
    static LOCAL: u32;
}

#[tokio::test]
async fn the_macros() {
    let one = tokio::spawn(async { 1 });
    tokio::pin!(one);
    let one = tokio::select! {
        one = &mut one => one.unwrap(),
        () = std::future::pending() => unreachable!(),
    };
    let (two, three) = tokio::join!(async { 2 }, async { 3 });
    let four = tokio::try_join!(async { Ok::<_, ()>(4) });
    let sum = one + two + three + four.unwrap().0;
    assert_eq!(LOCAL.scope(sum, async { LOCAL.get() }).await, 10);
}
