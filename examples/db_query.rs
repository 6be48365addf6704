//! A query object that is a resource, so that its callbacks and futures run where the query was created.
//!
//! `cargo run --example db_query`
//!
//! The query is created for request 7 and used when no request is current any more: by a callback, by an `await`, and
//! from a thread of the database. Each time the code that is given a row sees request 7 and the query's id.

use std::{collections::HashMap, error::Error, fmt, sync::Arc, thread};

use async_hooks::{AsyncLocalStorage, Resource as _, async_resource};

static REQUEST_ID: AsyncLocalStorage<u64> = AsyncLocalStorage::new();

/// The names of users, by their number.
type Db = HashMap<u64, &'static str>;

#[derive(Debug)]
enum DbError {
    Syntax(String),
    NoSuchUser(u64),
}

impl fmt::Display for DbError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax(sql) => write!(f, "cannot read {sql:?}"),
            Self::NoSuchUser(id) => write!(f, "no user has the id {id}"),
        }
    }
}

impl Error for DbError {}

/// Answers the only statement that this database knows.
fn select(db: &Db, sql: &str) -> Result<&'static str, DbError> {
    let id = sql
        .strip_prefix("select name from users where id = ")
        .and_then(|id| id.parse().ok())
        .ok_or_else(|| DbError::Syntax(sql.to_owned()))?;
    db.get(&id).copied().ok_or(DbError::NoSuchUser(id))
}

#[async_resource("DBQuery")]
struct DbQuery {
    db: Arc<Db>,
}

/// The literal is announced; the public methods run in the query's scope.
#[async_resource]
impl DbQuery {
    pub(crate) fn new(db: Arc<Db>) -> Self {
        Self { db }
    }

    pub(crate) fn get_info<R>(
        &self,
        sql: &str,
        callback: impl FnOnce(Result<&'static str, DbError>) -> R,
    ) -> R {
        callback(select(&self.db, sql))
    }

    /// Each poll runs in the query's scope; here there are two.
    pub(crate) async fn info(&self, sql: &str) -> Result<&'static str, DbError> {
        tokio::task::yield_now().await;
        show("in the future");
        select(&self.db, sql)
    }

    /// Calls back from a thread that knows nothing of queries.
    #[async_resource(skip)]
    pub(crate) fn info_from_thread<R: Send + 'static>(
        &self,
        sql: &'static str,
        callback: impl FnOnce(Result<&'static str, DbError>) -> R + Send + 'static,
    ) -> thread::JoinHandle<R> {
        let db = self.db.clone();
        let callback = async_hooks::bind!(self.async_resource(), move |result| callback(result));
        thread::spawn(move || callback(select(&db, sql)))
    }
}

/// Prints what is current here.
fn show(place: &str) {
    let request = REQUEST_ID.get().map_or("none".into(), |id| id.to_string());
    println!(
        "{place}: request {request}, execution id {}",
        async_hooks::execution_async_id()
    );
}

fn print_events() {
    let hooks = async_hooks::Hooks::builder()
        .init(|resource| {
            println!("init {} {}", resource.resource_type(), resource.async_id());
        })
        .before(|id| println!("before {id}"))
        .after(|id| println!("after {id}"))
        .destroy(|id| println!("destroy {id}"))
        .types(["DBQuery"])
        .build();
    async_hooks::create_hook(hooks).enable();
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    print_events();
    let db: Arc<Db> = Arc::new([(1, "ada"), (2, "grace")].into());
    let query = REQUEST_ID.run(7, || DbQuery::new(db));
    show("outside");

    let name = query.get_info("select name from users where id = 1", |name| {
        show("in the callback");
        name
    })?;
    println!("the callback got {name}");

    let name = query.info("select name from users where id = 2").await?;
    println!("the future gave {name}");

    let thread = query.info_from_thread("select name from users where id = 3", |name| {
        show("in the thread");
        name
    });
    match thread.join() {
        Ok(Err(error)) => println!("the thread got an error: {error}"),
        _ => return Err("there should be no user 3".into()),
    }

    let error = query.get_info("drop table users", |result| result.err());
    println!("the callback got an error: {}", error.ok_or("no error")?);

    drop(query);
    println!("dropped");
    Ok(())
}
