//! Stores in the records of `log`.

use std::sync::Mutex;

use ah_testing::test;
use ah_tracing::{Stores, StoresLogger};
use async_hooks::AsyncLocalStorage;
use log::{
    Level, Log, Metadata, Record,
    kv::{Error, Key, Value, VisitSource},
};

static REQUEST_ID: AsyncLocalStorage<u64> = AsyncLocalStorage::builder().name("request_id").build();
static TENANT: AsyncLocalStorage<String> = AsyncLocalStorage::builder().name("tenant").build();

/// Keeps the pairs of what it is sent, but nothing below `Info`.
#[derive(Default)]
struct Kept(Mutex<Vec<String>>);

impl Log for Kept {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.level() <= Level::Info
    }

    fn log(&self, record: &Record<'_>) {
        struct Pairs(String);
        impl<'kvs> VisitSource<'kvs> for Pairs {
            fn visit_pair(&mut self, key: Key<'kvs>, value: Value<'kvs>) -> Result<(), Error> {
                self.0 += &format!(" {key}={value:?}");
                Ok(())
            }
        }
        let mut pairs = Pairs(record.args().to_string());
        record
            .key_values()
            .visit(&mut pairs)
            .expect("it never fails");
        let number = record.key_values().get(Key::from_str("request_id"));
        let number = number.and_then(|value| value.to_u64());
        self.0
            .lock()
            .expect("nothing panics under it")
            .push(format!("{} {number:?}", pairs.0));
    }

    fn flush(&self) {}
}

fn logger() -> StoresLogger<Kept> {
    Stores::new()
        .number(&REQUEST_ID)
        .display(&TENANT)
        .logger(Kept::default())
}

fn kept(logger: &StoresLogger<Kept>) -> Vec<String> {
    std::mem::take(&mut *logger.get_ref().0.lock().expect("nothing panics under it"))
}

fn record<'a>(level: Level, pairs: &'a &'a [(&'a str, u64)]) -> log::RecordBuilder<'a> {
    let mut builder = Record::builder();
    builder.level(level).key_values(pairs);
    builder
}

#[test]
fn stores_follow_the_pairs_of_the_record() {
    let logger = logger();
    let log = || {
        logger.log(
            &record(Level::Info, &[("amount", 12)].as_slice())
                .args(format_args!("charged"))
                .build(),
        )
    };
    REQUEST_ID.run(7, || TENANT.run("ac\"me\n".into(), log));
    log();
    let expected = [
        "charged amount=12 request_id=7 tenant=\"ac\\\"me\\n\" Some(7)",
        "charged amount=12 None",
    ];
    assert_eq!(kept(&logger), expected);
}

#[test]
fn where_names_collide_the_pair_of_the_record_is_shown() {
    let logger = logger();
    let pairs = [("request_id", 8)].as_slice();
    REQUEST_ID.run(7, || {
        logger.log(
            &record(Level::Info, &pairs)
                .args(format_args!("charged"))
                .build(),
        )
    });
    assert_eq!(kept(&logger), ["charged request_id=8 Some(8)"]);
}

#[test]
fn what_the_logger_does_not_want_is_not_sent() {
    let logger = logger();
    REQUEST_ID.run(7, || {
        logger.log(
            &record(Level::Debug, &[].as_slice())
                .args(format_args!("charged"))
                .build(),
        )
    });
    assert_eq!(kept(&logger), [""; 0]);
    assert!(!logger.enabled(&Metadata::builder().level(Level::Debug).build()));
}
