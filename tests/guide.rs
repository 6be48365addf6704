//! The tests that the guide shows: a doctest would compile them, and not run them.

use std::{fs, path::Path};

mod of_getting_started {
    use async_hooks::{AsyncLocalStorage, Value};

    static REQUEST_ID: AsyncLocalStorage<u64> = AsyncLocalStorage::new();

    #[async_hooks::test(tokio)]
    async fn a_task_knows_its_request() {
        let task = REQUEST_ID.run::<_, Value>(7, || ah_tokio::spawn(async { REQUEST_ID.get() }));
        assert_eq!(task.await.unwrap(), Some(7));
    }
}

mod of_an_environment {
    use std::sync::{Arc, Mutex};

    use async_hooks::{AsyncResource, Hooks, create_hook};

    #[async_hooks::test]
    fn a_query_is_announced() {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&seen);
        let hooks = Hooks::builder().init(move |query| log.lock().unwrap().push(query.async_id()));
        create_hook(hooks.build()).enable();

        let _query = AsyncResource::new("DBQuery");
        assert_eq!(*seen.lock().unwrap(), [2]); // whatever other tests create meanwhile
    }
}

mod of_a_clock {
    use std::time::{Duration, SystemTime};

    use async_hooks::AsyncLocalStorage;

    static NOW: AsyncLocalStorage<fn() -> SystemTime> = AsyncLocalStorage::builder()
        .default(|| SystemTime::now as fn() -> SystemTime)
        .build();

    fn is_expired(at: SystemTime) -> bool {
        let now = NOW.get().expect("it has a default");
        at < now()
    }

    #[async_hooks::test(tokio(start_paused = true))]
    async fn a_token_expires() {
        let day_one = SystemTime::UNIX_EPOCH + Duration::from_secs(86_400);
        let early = async {
            tokio::time::sleep(Duration::from_secs(3_600)).await; // takes no time
            ah_tokio::spawn(async move { is_expired(day_one) }).await
        };
        assert!(!NOW.scope(|| SystemTime::UNIX_EPOCH, early).await.unwrap());
        assert!(is_expired(day_one)); // by the clock of everybody else
    }
}

/// Without what differs by indentation.
fn lines(text: &str) -> Vec<&str> {
    text.lines().map(str::trim).collect()
}

#[test]
fn each_test_that_the_guide_shows_is_run_here() {
    let here = lines(include_str!("guide.rs")).join("\n");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guide");
    let pages = fs::read_dir(root).expect("the guide");
    let pages = pages.filter_map(|page| fs::read_to_string(page.ok()?.path()).ok());
    let mut shown = 0;
    for page in pages {
        let programs = page.split("\n```rust\n").skip(1);
        let programs = programs.filter_map(|rest| rest.split("```").next());
        for program in programs.filter(|program| program.contains("\n#[async_hooks::test")) {
            shown += 1;
            assert!(
                here.contains(lines(program).join("\n").trim()),
                "run this in tests/guide.rs:\n{program}"
            );
        }
    }
    assert_eq!(shown, 3);
}
