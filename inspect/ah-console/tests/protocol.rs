//! What a console receives, asked with the client of `console-api`: one recorder and one server in this process.

use std::{collections::HashMap, io::Cursor, sync::OnceLock, task::Poll};

use ah_inspect::{Recorder, Settings};
use ah_tokio as tokio;
use async_hooks::{AsyncLocalStorage, AsyncResource};
use console_api::{
    Field, Id, field,
    instrument::{
        InstrumentRequest, PauseRequest, ResumeRequest, StateRequest, TaskDetailsRequest,
        Temporality, Update, instrument_client::InstrumentClient,
    },
    resources,
    tasks::{self, task_details::PollTimesHistogram},
};
use hdrhistogram::{Histogram, serialization::Deserializer};
use tokio::sync::mpsc;
use tonic::{Code, Streaming, transport::Channel};

static TENANT: AsyncLocalStorage<&str> =
    AsyncLocalStorage::builder().name("tenant").shown().build();
static SECRET: AsyncLocalStorage<&str> = AsyncLocalStorage::builder().name("secret").build();

async fn connect() -> InstrumentClient<Channel> {
    static ADDRESS: OnceLock<String> = OnceLock::new();
    let address = ADDRESS.get_or_init(|| {
        Recorder::start(&Settings::default()).expect("nothing else records");
        let address = ah_console::serve("127.0.0.1:0".parse().expect("an address"));
        format!("http://{}", address.expect("a port"))
    });
    InstrumentClient::connect(address.clone())
        .await
        .expect("it serves")
}

/// A console's view: all that it has received until now.
struct Console {
    updates: Streaming<Update>,
    tasks: HashMap<u64, (tasks::Task, tasks::Stats)>,
    resources: HashMap<u64, (resources::Resource, resources::Stats)>,
}

impl Console {
    async fn open(client: &mut InstrumentClient<Channel>) -> Self {
        let updates = client
            .watch_updates(InstrumentRequest {})
            .await
            .expect("updates");
        Self {
            updates: updates.into_inner(),
            tasks: HashMap::new(),
            resources: HashMap::new(),
        }
    }

    async fn next(&mut self) -> Update {
        let update = self
            .updates
            .message()
            .await
            .expect("an update")
            .expect("another");
        let sent = update.clone();
        let mut stats = sent.task_update.expect("tasks").stats_update;
        for task in update
            .task_update
            .as_ref()
            .expect("tasks")
            .new_tasks
            .clone()
        {
            let id = task.id.expect("an id").id;
            let stats = stats
                .remove(&id)
                .expect("with what is new come its numbers");
            assert!(
                self.tasks.insert(id, (task, stats)).is_none(),
                "each is new once"
            );
        }
        for (id, stats) in stats {
            self.tasks.get_mut(&id).expect("it was sent").1 = stats;
        }
        let resources = sent.resource_update.expect("resources");
        let mut stats = resources.stats_update;
        for resource in resources.new_resources {
            let id = resource.id.expect("an id").id;
            let stats = stats
                .remove(&id)
                .expect("with what is new come its numbers");
            assert!(
                self.resources.insert(id, (resource, stats)).is_none(),
                "each is new once"
            );
        }
        for (id, stats) in stats {
            self.resources.get_mut(&id).expect("it was sent").1 = stats;
        }
        update
    }

    /// Waits until a task of this name has arrived and is as wanted.
    async fn task(
        &mut self,
        name: &str,
        is_it: impl Fn(&tasks::Stats) -> bool,
    ) -> (tasks::Task, tasks::Stats) {
        loop {
            self.next().await;
            let named = |(task, stats): &&(tasks::Task, tasks::Stats)| {
                value(&task.fields, "task.name") == name && is_it(stats)
            };
            if let Some(found) = self.tasks.values().find(named) {
                return found.clone();
            }
        }
    }
}

fn value(fields: &[Field], name: &str) -> String {
    let is_it = |field: &&Field| field.name == Some(field::Name::StrName(name.to_owned()));
    match fields
        .iter()
        .find(is_it)
        .and_then(|field| field.value.clone())
    {
        Some(field::Value::StrVal(text)) => text,
        Some(field::Value::U64Val(number)) => number.to_string(),
        other => format!("{other:?}"),
    }
}

fn polls(stats: &tasks::Stats) -> u64 {
    stats.poll_stats.as_ref().map_or(0, |stats| stats.polls)
}

async fn worker(mut jobs: mpsc::Receiver<()>) {
    while jobs.recv().await.is_some() {}
}

#[tokio::test]
async fn a_task_is_told_of_from_its_first_poll_to_its_end() {
    let mut client = connect().await;
    let (jobs, received) = mpsc::channel(1);
    let spawn = || tokio::spawn(worker(received));
    let task = SECRET.run::<_, async_hooks::Value>("hunter2", || {
        TENANT.run::<_, async_hooks::Value>("acme", spawn)
    });
    let mut console = Console::open(&mut client).await;
    let first = console.next().await;
    let metadata = first.new_metadata.expect("what is what").metadata;
    assert_eq!(metadata.len(), 2);

    let (sent, stats) = console.task("worker", |stats| polls(stats) == 1).await;
    assert_eq!(value(&sent.fields, "kind"), "task");
    assert_eq!(value(&sent.fields, "context"), "secret=●●● tenant=acme");
    assert_eq!(
        value(&sent.fields, "task.id"),
        sent.id.expect("an id").id.to_string()
    );
    let location = sent.location.expect("a place");
    assert!(
        location
            .file
            .expect("a file")
            .ends_with("tests/protocol.rs")
    );
    assert_eq!(stats.dropped_at, None);
    let poll = stats.poll_stats.expect("polls");
    let nanos = |time: Option<prost_types::Timestamp>| {
        let time = time.expect("a time");
        (time.seconds, time.nanos)
    };
    let (started, ended) = (nanos(poll.last_poll_started), nanos(poll.last_poll_ended));
    assert!(
        nanos(stats.created_at) < started && started <= ended,
        "it waits"
    );

    jobs.send(()).await.expect("it receives");
    let (_, stats) = console.task("worker", |stats| polls(stats) == 2).await;
    assert_eq!((stats.wakes, stats.self_wakes), (1, 0));
    assert!(stats.scheduled_time.is_some_and(|time| time.nanos > 0));
    drop(jobs);
    task.await.expect("it ends");
    let (_, stats) = console
        .task("worker", |stats| stats.dropped_at.is_some())
        .await;
    assert_eq!((polls(&stats), stats.wakes), (3, 2));
    let busy = stats.poll_stats.expect("polls").busy_time.expect("a time");
    assert!(busy.nanos > 0);
}

/// Wakes itself once.
async fn brief() {
    let mut is_woken = false;
    let wake = std::future::poll_fn(|cx| {
        if std::mem::replace(&mut is_woken, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    });
    wake.await;
}

#[tokio::test]
async fn a_task_between_two_updates_is_told_of() {
    let mut client = connect().await;
    let mut console = Console::open(&mut client).await;
    console.next().await;
    tokio::spawn(brief()).await.expect("it ends");
    let (_, stats) = console.task("brief", |_| true).await;
    assert!(stats.dropped_at.is_some());
    assert_eq!((polls(&stats), stats.wakes, stats.self_wakes), (2, 1, 1));
}

#[tokio::test]
async fn timers_and_sockets_are_resources() {
    let mut client = connect().await;
    let timer = tokio::set_timeout(std::time::Duration::from_secs(3600), || ());
    let socket = tokio::observed::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let hostile = AsyncResource::new("a\u{1b}[31m\u{202e}b");
    let mut console = Console::open(&mut client).await;
    console.next().await;
    let of = |console: &Console, name: &str| {
        let mut all = console.resources.values();
        all.find(|(resource, _)| resource.concrete_type == name)
            .cloned()
    };
    let (sent, _) = of(&console, "Timeout").expect("it has arrived");
    let kind = sent.kind.expect("a kind").kind;
    let timer_kind = resources::resource::kind::Known::Timer.into();
    assert_eq!(
        kind,
        Some(resources::resource::kind::Kind::Known(timer_kind))
    );
    assert!(of(&console, "TCPSERVERWRAP").is_some());
    assert!(
        of(&console, "a·[31m·b").is_some(),
        "a terminal obeys nothing of it"
    );
    drop((timer, socket, hostile));
    loop {
        console.next().await;
        let (_, stats) = of(&console, "TCPSERVERWRAP").expect("it stays");
        if stats.dropped_at.is_some() {
            break;
        }
    }
}

fn histogram(bytes: &[u8]) -> Histogram<u64> {
    let read = Deserializer::new().deserialize(&mut Cursor::new(bytes));
    read.expect("a histogram")
}

async fn detailed(mut jobs: mpsc::Receiver<()>) {
    while jobs.recv().await.is_some() {}
}

#[tokio::test]
async fn details_have_a_histogram_of_each_poll_and_each_delay() {
    let mut client = connect().await;
    let (jobs, received) = mpsc::channel(1);
    let task = tokio::spawn(detailed(received));
    let mut console = Console::open(&mut client).await;
    let (sent, _) = console.task("detailed", |stats| polls(stats) == 1).await;
    let request = TaskDetailsRequest { id: sent.id };
    let details = client.watch_task_details(request).await.expect("details");
    let mut details = details.into_inner();
    let mut next = async || {
        let details = details.message().await.expect("details")?;
        let Some(PollTimesHistogram::Histogram(polls)) = details.poll_times_histogram else {
            panic!("{details:?}");
        };
        let delays = details.scheduled_times_histogram.expect("delays");
        Some((
            histogram(&polls.raw_histogram),
            histogram(&delays.raw_histogram),
        ))
    };
    let (polls, delays) = next().await.expect("the first");
    assert_eq!((polls.len(), delays.len()), (1, 0));
    assert!(polls.max() > 0);
    jobs.send(()).await.expect("it receives");
    loop {
        let (polls, delays) = next().await.expect("it lives");
        if (polls.len(), delays.len()) == (2, 1) {
            assert!(delays.max() > 0);
            break;
        }
        assert_eq!(
            (polls.len(), delays.len()),
            (1, 0),
            "nothing is counted twice"
        );
    }
    drop(jobs);
    task.await.expect("it ends");

    let unknown = TaskDetailsRequest {
        id: Some(Id { id: 1 << 40 }),
    };
    let refused = client
        .watch_task_details(unknown)
        .await
        .expect_err("it is not there");
    assert_eq!(refused.code(), Code::NotFound);
    let none = TaskDetailsRequest { id: None };
    let refused = client.watch_task_details(none).await.expect_err("no id");
    assert_eq!(refused.code(), Code::InvalidArgument);
}

#[tokio::test]
async fn pausing_and_resuming_is_told_to_each_console() {
    let mut client = connect().await;
    let states = client.watch_state(StateRequest {}).await.expect("states");
    let mut states = states.into_inner();
    let mut next = async || {
        states
            .message()
            .await
            .expect("a state")
            .expect("another")
            .temporality()
    };
    assert_eq!(next().await, Temporality::Live);
    client.pause(PauseRequest {}).await.expect("it pauses");
    assert_eq!(next().await, Temporality::Paused);
    client.resume(ResumeRequest {}).await.expect("it resumes");
    assert_eq!(next().await, Temporality::Live);
    Console::open(&mut client).await.next().await;
}
