//! bb8: a pool that makes its connections in tasks of its own. The connections here are like those of database drivers,
//! each with a task that does its work.

use std::convert::Infallible;

use ::bb8::{ManageConnection, Pool};
use tokio::sync::{mpsc, oneshot};

use crate::support::{checked, only_held_are, seen, seen_by_a_task, with_id};

type Question = oneshot::Sender<Option<u64>>;

#[derive(Debug)]
struct Connection {
    /// What was seen where it was created.
    made_in: Option<u64>,
    driver: mpsc::Sender<Question>,
}

impl Connection {
    /// What the task sees that works for this connection.
    async fn seen_by_driver(&self) -> Option<u64> {
        let (question, answer) = oneshot::channel();
        self.driver.send(question).await.unwrap();
        answer.await.unwrap()
    }
}

async fn drive(mut questions: mpsc::Receiver<Question>) {
    while let Some(question) = questions.recv().await {
        question.send(seen()).unwrap();
    }
}

/// Makes connections.
struct Manager {
    detaches: bool,
}

impl ManageConnection for Manager {
    type Connection = Connection;
    type Error = Infallible;

    async fn connect(&self) -> Result<Connection, Infallible> {
        let (driver, questions) = mpsc::channel(1);
        let spawn = || drop(tokio::spawn(drive(questions)));
        if self.detaches {
            async_hooks::detached(spawn);
        } else {
            spawn();
        }
        let made_in = seen();
        Ok(Connection { made_in, driver })
    }

    async fn is_valid(&self, _: &mut Connection) -> Result<(), Infallible> {
        Ok(())
    }

    fn has_broken(&self, connection: &mut Connection) -> bool {
        connection.driver.is_closed()
    }
}

/// Uses the one connection for several requests: what is seen where it was created, and by its task.
async fn use_it(pool: &Pool<Manager>) -> (Option<u64>, Option<u64>) {
    let mut seen_by_it = Vec::new();
    for id in [Some(1), None, Some(2), None] {
        let request = async {
            let connection = pool.get().await.unwrap();
            let task = connection.seen_by_driver().await;
            assert_eq!((seen(), seen_by_a_task().await), (id, id));
            (connection.made_in, task)
        };
        seen_by_it.push(with_id(id, request).await);
    }
    assert_eq!(pool.state().statistics.connections_created, 1);
    seen_by_it.dedup();
    assert_eq!(seen_by_it.len(), 1);
    seen_by_it[0]
}

/// The pool connects in a task that it spawns for the request, and what that one spawns lives as long as the connection.
#[test]
fn a_connection_keeps_the_request_that_found_none() {
    checked(async || {
        let manager = Manager { detaches: false };
        let pool = Pool::builder().max_size(1).build_unchecked(manager);
        assert_eq!(use_it(&pool).await, (Some(1), Some(1)));
        only_held_are(&[1]).await;
    });
}

#[test]
fn a_pool_that_is_warmed_with_no_store_keeps_none_though_a_request_builds_it() {
    checked(async || {
        let manager = Manager { detaches: false };
        let pool = Pool::builder().max_size(1).min_idle(1).build(manager);
        let pool = with_id(Some(9), async {
            async_hooks::Snapshot::empty().scope(pool).await
        });
        assert_eq!(use_it(&pool.await.unwrap()).await, (None, None));
        only_held_are(&[]).await;
    });
}

/// So a pool can also grow later.
#[test]
fn a_manager_that_spawns_with_no_store_keeps_none() {
    checked(async || {
        let manager = Manager { detaches: true };
        let pool = Pool::builder().max_size(1).build_unchecked(manager);
        assert_eq!(use_it(&pool).await, (Some(1), None));
        only_held_are(&[]).await;
    });
}

/// Nobody's request is seen by the task that looks after the pool, which lives as long as the pool.
#[test]
fn a_pool_that_is_built_with_no_store_has_a_reaper_that_keeps_none() {
    checked(async || {
        let build = |detached: bool| {
            let build = || Pool::builder().build_unchecked(Manager { detaches: true });
            if detached {
                async_hooks::detached(build)
            } else {
                build()
            }
        };
        let plain = with_id(Some(8), async { build(false) }).await;
        let detached = with_id(Some(9), async { build(true) }).await;
        only_held_are(&[8]).await;
        drop((plain, detached));
    });
}
