//! The example of the tour.

use std::fmt;

use async_hooks::{Resource, async_resource};

use crate::support::{REQUEST_ID, block_on, logged, yield_once};
use crate::test;

#[derive(Clone)]
pub struct Db;
pub struct Row(u32);
#[derive(Debug)]
pub struct DbError;

impl Db {
    async fn query(&self, sql: &str) -> Result<Row, DbError> {
        yield_once().await;
        sql.parse().map(Row).map_err(|_| DbError)
    }
}

impl fmt::Display for DbError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no row")
    }
}

#[async_resource("DBQuery")]
pub struct DbQuery {
    db: Db,
}

#[async_resource]
impl DbQuery {
    pub fn new(db: Db) -> Self {
        Self { db }
    }
    pub async fn get_info(&self, sql: &str) -> Result<Row, DbError> {
        self.db.query(sql).await
    }
    pub fn on_row(&self, row: Row, callback: impl FnOnce(Row)) {
        callback(row)
    }
}

#[test]
fn events_come_in_order_and_with_the_ids_of_the_query() {
    logged(|log| {
        let query = DbQuery::new(Db);
        assert_eq!(log.take(), ["init DBQuery 2<1"]);
        let row = block_on(query.get_info("3")).unwrap();
        assert_eq!(log.take(), ["before 2", "after 2", "before 2", "after 2"]);
        query.on_row(row, |row| {
            log.note(format!(
                "row {} in {}",
                row.0,
                async_hooks::execution_async_id()
            ));
        });
        assert_eq!(log.take(), ["before 2", "row 3 in 2", "after 2"]);
        drop(query);
        assert_eq!(log.take(), ["destroy 2"]);
    });
}

#[test]
fn methods_see_the_stores_that_were_current_where_the_object_was_made() {
    let query = REQUEST_ID.run(7, || DbQuery::new(Db));
    let mut seen = None;
    query.on_row(Row(1), |_| seen = REQUEST_ID.get());
    assert_eq!((seen, REQUEST_ID.get()), (Some(7), None));
}

#[test]
fn what_a_method_makes_is_triggered_by_the_object() {
    logged(|log| {
        let query = DbQuery::new(Db);
        query.on_row(Row(1), |_| drop(DbQuery::new(Db)));
        assert_eq!(
            log.take(),
            [
                "init DBQuery 2<1",
                "before 2",
                "init DBQuery 3<2",
                "after 2",
                "destroy 3"
            ]
        );
        assert_eq!(query.async_resource().resource_type(), "DBQuery");
        assert_eq!(
            (query.async_id().get(), query.trigger_async_id().get()),
            (2, 1)
        );
    });
}

#[ah_testing::test(tokio(flavor = "multi_thread", worker_threads = 4))]
async fn each_poll_runs_in_the_scope_on_every_thread() {
    #[async_resource("WALK")]
    struct Walk;
    #[async_resource]
    impl Walk {
        fn new() -> Self {
            Self
        }
        #[async_resource]
        async fn go(self) -> bool {
            for _ in 0..50 {
                tokio::task::yield_now().await;
                if !crate::support::runs_in(&self) || REQUEST_ID.get() != Some(7) {
                    return false;
                }
            }
            true
        }
    }
    let tasks: Vec<_> = (0..32)
        .map(|_| REQUEST_ID.run(7, Walk::new))
        .map(|walk| tokio::spawn(walk.go()))
        .collect();
    for task in tasks {
        assert!(task.await.unwrap());
    }
    assert_eq!(REQUEST_ID.get(), None);
}
