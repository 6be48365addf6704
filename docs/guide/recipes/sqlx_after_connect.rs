//! sqlx: a pool whose connections belong to no request, and an audit log that knows which request wrote a row.
//!
//! 1. A pool connects when a request needs it. What happens then is the pool's own: it runs with no store at all.
//! 2. `after_connect` prepares a table that only this connection sees.
//! 3. Whoever acquires a connection writes the id of its request there, where triggers find it. (On PostgreSQL, 2. is
//!    not needed, and 3. is `set_config('app.request_id', $1, false)`.)

use ah_tower::REQUEST_ID;
use async_hooks::Snapshot;
use sqlx::{
    Executor as _, Sqlite,
    pool::PoolConnection,
    sqlite::{SqlitePool, SqlitePoolOptions},
};

use crate::support::{id, in_request};

const PREPARE: &str = "
    create temp table request (id text);
    insert into request values (null);
    create temp trigger audit after insert on main.payment begin
        insert into audit select id, new.amount from temp.request;
    end;";

async fn pool() -> sqlx::Result<SqlitePool> {
    let pool = SqlitePoolOptions::new()
        .max_connections(1) // of all requests: whatever one leaves behind, the next would see
        .after_connect(|connection, _| {
            Box::pin(Snapshot::empty().scope(async move {
                assert_eq!(id(), None, "a connection is nobody's");
                connection
                    .execute("create table payment (amount integer)")
                    .await?;
                connection
                    .execute("create table audit (request text, amount integer)")
                    .await?;
                connection.execute(PREPARE).await.map(drop)
            }))
        });
    pool.connect_lazy("sqlite::memory:").map_or_else(Err, Ok)
}

/// A connection that knows for which request it works.
async fn acquire(pool: &SqlitePool) -> sqlx::Result<PoolConnection<Sqlite>> {
    let mut connection = pool.acquire().await?;
    let id = REQUEST_ID.get().map(|id| id.to_string());
    let set = sqlx::query("update temp.request set id = $1").bind(id);
    set.execute(&mut *connection).await?;
    Ok(connection)
}

async fn pay(pool: &SqlitePool, amount: i64) -> sqlx::Result<()> {
    let mut connection = acquire(pool).await?;
    let insert = sqlx::query("insert into payment values ($1)").bind(amount);
    insert.execute(&mut *connection).await.map(drop)
}

#[tokio::test]
async fn the_audit_log_has_the_request_of_each_row() {
    let pool = pool().await.unwrap();
    let requests = (1..=8).map(|amount| {
        let (pool, id) = (&pool, format!("req-{amount}"));
        async move { in_request(&id, pay(pool, amount)).await }
    });
    futures::future::try_join_all(requests).await.unwrap();
    pay(&pool, 0).await.unwrap(); // for no request

    let query = sqlx::query_as("select request, amount from audit order by amount");
    let rows: Vec<(Option<String>, i64)> = query.fetch_all(&pool).await.unwrap();
    let mut expected = vec![(None, 0)];
    expected.extend((1..=8).map(|amount| (Some(format!("req-{amount}")), amount)));
    assert_eq!(rows, expected);
}
