//! Recordings, written as code. Times are microseconds.

use std::sync::Arc;

use crate::recording::{LossText, Poll, Recording, SourcePlace, StoreText, Task, Unset, Wake};

/// A name that would do harm, were it not escaped.
pub(super) const HOSTILE: &str = "<img src=x onerror=alert(1)>";

#[derive(Default)]
pub(super) struct Script {
    pub(super) recording: Recording,
}

pub(super) fn place(file: &str, line: u32) -> SourcePlace {
    SourcePlace {
        file: file.into(),
        line,
        column: 5,
    }
}

/// The stores of a request, as the recorder has them: what was set last comes first.
pub(super) fn request(number: u64, tenant: &str) -> Arc<[StoreText]> {
    let store = |storage, name: &str, text: Option<String>| StoreText {
        storage,
        name: name.into(),
        type_name: "alloc::string::String".into(),
        size: 24,
        value: 3 * number + u64::from(storage),
        text: text.map(Arc::from),
        set_at: Some(place("shop/src/http.rs", 41)),
        is_exited: false,
    };
    [
        store(2, "token", None),
        store(1, "tenant", Some(tenant.to_owned())),
        store(0, "request", Some(number.to_string())),
    ]
    .into()
}

impl Script {
    pub(super) fn new(end: u64, threads: usize) -> Self {
        let mut script = Self::default();
        script.recording.end = 1000 * end;
        script.recording.threads = vec!["tokio-rt-worker".into(); threads + 1];
        script
    }

    fn add(&mut self, id: u64, trigger: u64, created: u64) -> &mut Task {
        let tasks = &mut self.recording.tasks;
        assert!(tasks.last().is_none_or(|last| last.id < id), "ids rise");
        tasks.push(Task {
            id,
            trigger,
            created: 1000 * created,
            created_on: Some(1),
            ..Task::default()
        });
        tasks.last_mut().expect("it was added")
    }

    pub(super) fn task(
        &mut self,
        id: u64,
        trigger: u64,
        created: u64,
        function: &str,
    ) -> &mut Task {
        let task = self.add(id, trigger, created);
        task.type_name = "TASK".into();
        task.future = format!("shop::{function}::{{{{closure}}}}").into();
        task.place = Some(place("shop/src/shop.rs", 30 + function.len() as u32));
        task
    }

    /// A tracked future, or a resource, within a task.
    pub(super) fn within(&mut self, id: u64, outer: u64, created: u64, name: &str) -> &mut Task {
        let task = self.add(id, outer, created);
        task.type_name = name.into();
        task.is_promise = true;
        task.polled_in = Some(outer);
        task.place = Some(place("shop/src/shop.rs", 60 + name.len() as u32));
        task
    }

    pub(super) fn get(&mut self, id: u64) -> &mut Task {
        let mut tasks = self.recording.tasks.iter_mut();
        tasks.find(|task| task.id == id).expect("it was added")
    }

    pub(super) fn poll(&mut self, id: u64, from: u64, to: u64, thread: u32) {
        let (from, to) = (1000 * from, 1000 * to);
        self.get(id).polls.push(Poll { from, to, thread });
    }

    pub(super) fn wake(&mut self, id: u64, at: u64, by: u64) {
        let at = 1000 * at;
        self.get(id).wakes.push(Wake { at, by, thread: 1 });
    }

    /// It is ready with its last poll.
    pub(super) fn end(&mut self, id: u64) {
        let task = self.get(id);
        task.finished = task.polls.last().map(|poll| poll.to);
        task.destroyed = task.finished;
    }

    pub(super) fn lose(&mut self, id: u64, at: u64) {
        let read_at = place("shop/src/shop.rs", 163);
        self.get(id).unset.push(Unset {
            at: 1000 * at,
            storage: 0,
            place: Some(read_at.clone()),
        });
        self.recording.losses = vec![LossText {
            storage: 0,
            name: "request".into(),
            value: Some("7001".into()),
            read_at,
            set_at: Some(place("shop/src/http.rs", 41)),
            held_by: 11,
            times: 1,
            fix: "send the context with the message, `async_hooks::WithContext::new(…)`, and at shop.rs:36, work on it in \
                  `message.scope(|…| async move { … })`"
                .into(),
        }];
    }
}
