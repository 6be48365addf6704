//! The shop: a database with one connection, a service of prices, and a worker that sends mails.

use std::{panic::Location, sync::Arc, time::Duration};

use ah_inspect::{Alive, State};
use async_hooks::{AsyncLocalStorage, async_resource, traced};
use tokio::{
    sync::{Mutex, Semaphore, mpsc, oneshot, watch},
    task::JoinHandle,
    time::sleep,
};

use crate::Result;

pub(crate) static REQUEST: AsyncLocalStorage<u64> =
    AsyncLocalStorage::builder().name("request").shown().build();

/// Logs a line on behalf of the request that this runs for. Nobody hands it an id.
#[track_caller]
pub(crate) fn log(message: &str) {
    match REQUEST.get() {
        Some(id) => eprintln!("{id}: {message}"),
        None => eprintln!("-: {message}, at line {}", Location::caller().line()),
    }
}

/// How long things take.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Pace {
    /// Until [`Shop::go_on`] is called.
    Held,
    /// As in shops.
    Slow,
    /// As in shops where nobody waits for long.
    Fast,
}

impl Pace {
    /// How long somebody else's machine takes, if the shop does not hold it.
    fn time(self, milliseconds: u64) -> Option<Duration> {
        match self {
            Self::Held => None,
            Self::Slow => Some(Duration::from_millis(milliseconds)),
            Self::Fast => Some(Duration::from_millis(milliseconds / 5)),
        }
    }
}

pub(crate) struct Shop {
    pace: Pace,
    connection: Semaphore,
    mails: Mutex<Option<mpsc::Sender<Mail>>>,
    mailer: Mutex<Option<JoinHandle<()>>>,
    /// How many wait for others, and whether they may go on.
    waiting: watch::Sender<(usize, bool)>,
}

/// A mail to be sent, and where its sender waits until it is.
struct Mail {
    sent: oneshot::Sender<()>,
}

/// A query of the database.
#[async_resource("DBQuery")]
struct Query {
    sql: &'static str,
}

#[async_resource]
impl Query {
    fn new(sql: &'static str) -> Self {
        Self { sql }
    }

    pub(crate) async fn run(&self, shop: &Shop) -> usize {
        shop.others(250).await; // the slow query
        self.sql.len()
    }
}

impl Shop {
    pub(crate) fn new(pace: Pace) -> Self {
        let (mails, received) = mpsc::channel(8);
        Self {
            pace,
            connection: Semaphore::new(1),
            mails: Mutex::new(Some(mails)),
            mailer: Mutex::new(Some(tokio::spawn(mailer(received, pace)))),
            waiting: watch::Sender::default(),
        }
    }

    #[traced]
    pub(crate) async fn checkout(self: Arc<Self>) -> Result<u64> {
        log("checks out");
        let prices: Vec<_> = [300, 400, 500]
            .map(|price| tokio::spawn(Arc::clone(&self).fetch_price(price)))
            .into();
        self.load_user().await?;
        let mut total = 0;
        for price in prices {
            total += price.await?;
        }
        receipt(total).await;
        self.send_mail().await?;
        log("has paid");
        Ok(total)
    }

    async fn load_user(&self) -> Result {
        let query = Query::new("SELECT * FROM users");
        let _connection = self.connection.acquire().await?;
        query.run(self).await;
        Ok(())
    }

    async fn fetch_price(self: Arc<Self>, price: u64) -> u64 {
        self.others(100).await;
        price
    }

    async fn send_mail(&self) -> Result {
        let (sent, is_sent) = oneshot::channel();
        let mails = self
            .mails
            .lock()
            .await
            .clone()
            .ok_or("the shop is closed")?;
        mails.send(Mail { sent }).await?;
        Ok(is_sent.await?)
    }

    /// Waits for somebody else's machine.
    async fn others(&self, milliseconds: u64) {
        if let Some(time) = self.pace.time(milliseconds) {
            return sleep(time).await;
        }
        let mut waiting = self.waiting.subscribe();
        self.waiting.send_modify(|(waiting, _)| *waiting += 1);
        let _the_shop_lives = waiting.wait_for(|(_, may_go_on)| *may_go_on).await;
    }

    /// Waits until so many customers check out: each waits for three prices, and one of them for its query.
    pub(crate) async fn is_busy(&self, customers: usize) {
        let mut waiting = self.waiting.subscribe();
        let _the_shop_lives = waiting
            .wait_for(|(waiting, _)| *waiting == 3 * customers + 1)
            .await;
        while !is_at_rest(customers) {
            tokio::task::yield_now().await;
        }
    }

    pub(crate) fn go_on(&self) {
        self.waiting.send_modify(|(_, may_go_on)| *may_go_on = true);
    }

    /// Sends the last mails.
    pub(crate) async fn close(&self) {
        drop(self.mails.lock().await.take());
        if let Some(mailer) = self.mailer.lock().await.take() {
            let _it_does_not_panic = mailer.await;
        }
    }
}

/// Work of this machine: it is polled for as long as that takes.
#[traced]
async fn receipt(total: u64) -> u64 {
    (0..300_000).fold(total, |sum, line| {
        std::hint::black_box(sum.rotate_left(5) ^ line)
    })
}

/// Whether each customer has a query, and everything waits.
fn is_at_rest(customers: usize) -> bool {
    let alive = ah_inspect::alive();
    let queries = alive.iter().filter(|one| one.type_name == "DBQuery");
    let waits = |one: &Alive| matches!(one.state, State::New | State::Waiting);
    queries.count() == customers && alive.iter().all(waits)
}

/// A worker that was there before any request. It should run each mail in the context that the mail was written in: the
/// inspector says how.
async fn mailer(mut mails: mpsc::Receiver<Mail>, pace: Pace) {
    while let Some(mail) = mails.recv().await {
        log("mail sent"); // for whom?
        if let Some(time) = pace.time(60) {
            sleep(time).await;
        }
        let _nobody_waits = mail.sent.send(());
    }
}
