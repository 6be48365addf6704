//! What Node's `v8` module promises of a program's state, row by row of `docs/guide/conformance.md`.

use ah_inspect::{FORMAT, Filter, ReadErrorKind, Recorder, Recording, Settings, export::heap};
use async_hooks::{AsyncLocalStorage, AsyncResource};

use crate::recorded::{Recorded, alive};

static TENANT: AsyncLocalStorage<String> =
    AsyncLocalStorage::builder().name("tenant").shown().build();
static PASSWORD: AsyncLocalStorage<&str> = AsyncLocalStorage::builder().name("password").build();

fn query() -> AsyncResource {
    TENANT.run("acme".to_owned(), || AsyncResource::new("Query"))
}

#[test]
fn vi_01_data_of_another_version_is_known_by_its_tag() {
    // Node: a number, by which a caller may compare; here: the first line of the file, by which it is refused.
    let bytes = Recorded::start().stop().to_bytes();
    assert!(bytes.starts_with(format!("{FORMAT}\n").as_bytes()));
    let other = [b"ah-recording-0\n", &bytes[FORMAT.len() + 1..]].concat();
    let refused = Recording::from_bytes(&other).unwrap_err().kind();
    assert_eq!(refused, ReadErrorKind::AnotherVersion);
}

#[test]
fn vi_03_a_heap_snapshot_is_of_the_moment() {
    // Node: the heap of the isolate, as a stream; here: what is alive of the recorded environment, as text.
    let recorded = Recorded::start();
    let query = query();
    let before = heap::snapshot();
    drop(query);
    let after = heap::snapshot();
    assert!(before.contains("\"tenant: alloc::string::String = acme\""));
    assert!(!after.contains("tenant"));
    drop(recorded);
}

#[test]
fn vi_04_values_that_are_not_to_be_seen_are_not_in_a_snapshot() {
    // Node: `exposeNumericValues` and `exposeInternals` add what is left out; here: `.shown()` does, by storage.
    let recorded = Recorded::start();
    let holder = PASSWORD.run("hunter2", || AsyncResource::new("Holder"));
    let snapshot = heap::snapshot();
    assert!(snapshot.contains("\"password: &str = ●●●\""));
    assert!(!snapshot.contains("hunter2"));
    drop((holder, recorded));
}

#[test]
fn vi_05_statistics_of_each_space() {
    // Node: sizes by the spaces of the heap; here: counts by storage.
    let recorded = Recorded::start();
    let queries = [query(), query()];
    let (_, storages) = ah_inspect::stats();
    let tenant = storages
        .iter()
        .find(|storage| storage.place.file() == file!() && storage.name == "tenant");
    let tenant = tenant.expect("it was used");
    assert_eq!(
        (tenant.type_name, tenant.carried_by),
        ("alloc::string::String", 2)
    );
    drop((queries, recorded));
}

#[test]
fn vi_06_statistics_of_the_whole() {
    // Node: sizes and limits of the heap; here: what is alive by type, and the limit that `Settings` set.
    let settings = Settings::default();
    let recorded = Recorded::with(&settings);
    let queries = [query(), query()];
    let (types, _) = ah_inspect::stats();
    let of = types
        .iter()
        .find(|of| of.name == "Query")
        .expect("it is alive");
    assert_eq!(of.alive, 2);
    assert!(recorded.recorder().bytes() <= settings.most_bytes() + (8 << 10));
    drop(queries);
    assert_eq!(ah_inspect::stats().0, []);
}

#[test]
fn vi_08_what_is_alive_of_a_kind_can_be_counted_and_listed() {
    // Node: objects by their constructor; here: resources and tasks by their type.
    let recorded = Recorded::start();
    let (queries, other) = ([query(), query()], AsyncResource::new("Other"));
    let ids: Vec<u64> = alive("Query").iter().map(|one| one.id).collect();
    assert_eq!(ids, queries.each_ref().map(|query| query.async_id().get()));
    drop((other, recorded));
}

#[test]
fn vi_09_flags_can_be_set_while_it_runs() {
    // Node: any flag of the engine's, at one's own risk; here: what is recorded, and anything else is refused.
    let recorded = Recorded::start();
    let filter: Filter = "types=Query,polls=off".parse().expect("a filter");
    recorded.recorder().set_filter(&filter);
    let (query, other) = (query(), AsyncResource::new("Other"));
    query.run_in_async_scope(|| ());
    assert_eq!((alive("Query").len(), alive("Query")[0].polls), (1, 0));
    assert!(alive("Other").is_empty());
    "--stack-size=1".parse::<Filter>().unwrap_err();
    drop((other, recorded));
}

#[test]
fn vi_11_what_was_gathered_can_be_taken_again_and_again() {
    // Node: writes a file and begins to count anew; here: a copy of the window, which goes on.
    let recorded = Recorded::start();
    let query = query();
    let take = || recorded.recorder().take();
    query.run_in_async_scope(|| ());
    assert_eq!(take().task(query.async_id()).unwrap().polls().len(), 1);
    query.run_in_async_scope(|| ());
    assert_eq!(take().task(query.async_id()).unwrap().polls().len(), 2);
}

#[test]
fn vi_12_gathering_can_be_stopped() {
    // Node: what was not taken before is lost; here: stopping returns it.
    let mut recorded = Recorded::start();
    let query = query();
    assert!(recorded.stop().task(query.async_id()).is_some());
    assert!(Recorder::attach().is_none());
    drop(AsyncResource::new("Late"));
    assert_eq!(ah_inspect::alive(), []);
}

#[test]
fn vi_13_a_heap_snapshot_can_be_a_file() {
    // Node: writes it, named by the time and the process; here: text to be written, and `ah export PID --format heap`, which names it by the process and writes over no file.
    let recorded = Recorded::start();
    let query = query();
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("v8.heapsnapshot");
    std::fs::write(&file, heap::snapshot()).expect("a file");
    let read = std::fs::read(&file).expect("the file");
    let json: serde_json::Value = serde_json::from_slice(&read).expect("JSON");
    assert_eq!(json["snapshot"]["meta"]["node_fields"][3], "self_size");
    let title = format!("#{}", query.async_id());
    let strings = json["strings"].as_array().expect("strings");
    assert!(strings.contains(&title.into()));
    drop(recorded);
}
