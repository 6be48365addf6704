//! Rivers and overviews of what a program did.

use ah_inspect::{Overview, Part, Recording, River, Spent};
use async_hooks::{AsyncLocalStorage, prelude::*};
use tokio::sync::{mpsc, oneshot};

use crate::recorded::Recorded;

static JOB: AsyncLocalStorage<u32> = AsyncLocalStorage::builder().name("job").shown().build();

/// Two jobs, each of which asks a worker that works on one at a time, and without their context.
fn recording() -> Recording {
    let mut recorded = Recorded::start();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async {
        let (sender, mut receiver) = mpsc::channel::<oneshot::Sender<()>>(8);
        let worker = ah_tokio::spawn(async move {
            while let Some(answer) = receiver.recv().await {
                assert_eq!(JOB.get(), None); // it is lost
                tokio::task::yield_now().await;
                answer.send(()).unwrap();
            }
        });
        tokio::task::yield_now().await; // the worker waits
        let job = |number| {
            let sender = sender.clone();
            JOB.run::<_, async_hooks::Value>(number, || {
                ah_tokio::spawn(
                    async move {
                        let (answer, answered) = oneshot::channel();
                        sender.send(answer).await.unwrap();
                        answered.await.unwrap();
                    }
                    .traced("Job"),
                )
            })
        };
        let jobs = [job(1), job(2)];
        for job in jobs {
            job.await.unwrap();
        }
        drop(sender);
        worker.await.unwrap();
    });
    recorded.stop()
}

#[test]
fn a_recording_has_its_losses_in_a_file_too() {
    let recording = recording();
    let [loss] = recording.losses() else {
        panic!("{:?}", recording.losses());
    };
    assert_eq!((&*loss.name, loss.value.as_deref()), ("job", Some("1")));
    assert!(loss.read_at.file.ends_with("rivers.rs") && loss.fix.contains("WithContext"));
    assert!(recording.task(loss.held_by).is_some());
    let read = Recording::from_bytes(&recording.to_bytes()).unwrap();
    assert_eq!(read.losses(), recording.losses());
}

#[test]
fn each_job_is_a_request_that_waits_for_the_worker() {
    let recording = recording();
    let overview = Overview::of(&recording);
    let mut jobs: Vec<&str> = overview.requests().iter().map(|job| job.whose()).collect();
    jobs.sort_unstable();
    assert_eq!(jobs, ["job=1", "job=2"]);
    assert!(overview.requests()[0].duration() >= overview.requests()[1].duration());
    for job in overview.requests() {
        let river = River::of(&recording, job.id()).unwrap();
        let parts: u64 = river.parts().iter().map(Part::nanos).sum();
        assert_eq!((parts, river.duration()), (job.duration(), job.duration()));
        assert!(
            river
                .parts()
                .iter()
                .any(|part| part.spent() == Spent::Others),
            "{river:?}"
        );
        assert_eq!(
            (river.losses(), job.losses()),
            (1, 1),
            "{}",
            river.text(100)
        );
        assert!(river.html().contains("Context lost.") && river.text(80).contains("WithContext"));
    }
}

#[test]
fn a_storage_that_is_named_tells_requests_apart() {
    let recording = recording();
    let by = Overview::by(&recording, "job").unwrap();
    assert_eq!(by.requests().len(), 2);
    let unknown = Overview::by(&recording, "user\u{1b}")
        .unwrap_err()
        .to_string();
    assert!(unknown.contains("called `user·`"), "{unknown}");
    assert_eq!(Overview::of(&Recording::default()).requests().len(), 0);
}
