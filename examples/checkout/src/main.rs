//! A shop's checkout, looked into: what is alive at a busy moment and why, where the context of a request is lost, and where
//! the time of the slowest went.
//!
//! Four customers check out at once, over sockets. The shop has one connection to its database, a service of prices, and a
//! worker that sends mails: that one forgets for whom it works, and the inspector finds where.
//!
//! `cargo run --release -p checkout` prints this and checks it, and writes the pictures beside itself. With
//! `-- --serve` the shop stays open and customers keep coming: look into it from another terminal, `ah pstree PID`.

extern crate ah_tokio as tokio;

mod customers;
mod http;
mod shop;

use std::{error::Error, io::Write as _, ops::Range, panic::Location, path::PathBuf, sync::Arc};

use ah_inspect::{Link, Loss, Overview, Part, Recorder, Recording, River, Settings, Spent, State};
use customers::Customer;
use shop::{Pace, Shop};
use tokio::task::JoinHandle;

type Result<T = (), E = Box<dyn Error + Send + Sync>> = std::result::Result<T, E>;

/// What must be so, and whether it is.
type Checks = Vec<(&'static str, bool)>;

#[tokio::main]
async fn main() -> Result {
    let recorder = Recorder::start(&Settings::default())?;
    if std::env::args().any(|word| word == "--serve") {
        return serve().await;
    }
    let mut checks = busy_moment().await?;
    drop(recorder.stop());
    let recorder = Recorder::start(&Settings::default())?;
    checks.extend(slowest(&recorder).await?);
    let wrong: Vec<_> = checks.iter().filter(|(_, is_right)| !is_right).collect();
    wrong
        .iter()
        .for_each(|(what, _)| println!("WRONG, not so: {what}"));
    println!(
        "{} of {} checks are right",
        checks.len() - wrong.len(),
        checks.len()
    );
    std::process::exit(i32::from(!wrong.is_empty()));
}

/// Four customers, each held where it waits for others: what is alive, and what is lost when they go on.
async fn busy_moment() -> Result<Checks> {
    let shop = Arc::new(Shop::new(Pace::Held));
    let customers = come_in(&shop, 0..4).await?;
    shop.is_busy(4).await;
    let busy = ah_inspect::pstree();
    println!("The busy moment: one query has the connection, three wait for it.\n\n{busy}");
    let alive = ah_inspect::alive();
    let queries: Vec<_> = alive
        .iter()
        .filter(|one| one.type_name == "DBQuery")
        .collect();
    let waiting = queries.iter().filter(|query| query.state == State::New);
    let why = ah_inspect::why(waiting.clone().next().map_or(0, |query| query.id))?;
    println!("Why one of them waits:\n\n{why}");
    let mut checks = vec![
        (
            "four connections look alike",
            busy.contains("4 × TASK connection("),
        ),
        (
            "each with three prices",
            busy.contains("3 × TASK fetch_price("),
        ),
        (
            "three of four queries wait",
            (queries.len(), waiting.count()) == (4, 3),
        ),
        (
            "a query is there for its checkout",
            why.contains("was caused by checkout("),
        ),
    ];
    shop.go_on();
    let answers = answers(customers).await?;
    shop.close().await;
    let lost = ah_inspect::lost();
    for loss in &lost {
        println!("{loss}\n  fix: {}\n", loss.fix());
    }
    checks.extend(check_end(&answers, &lost));
    Ok(checks)
}

/// Four more, whom nobody holds: where the time of the slowest went.
async fn slowest(recorder: &Recorder) -> Result<Checks> {
    let shop = Arc::new(Shop::new(Pace::Fast));
    let customers = come_in(&shop, 4..8).await?;
    let answers = answers(customers).await?;
    shop.close().await;
    let recording = recorder.take();
    let overview = Overview::of(&recording);
    let slowest = overview
        .requests()
        .first()
        .ok_or("no request is recorded")?;
    let river = River::of(&recording, slowest.id())?;
    println!("The requests, the slowest first:\n\n{}", overview.text(100));
    println!("Where the time of the slowest went:\n\n{}", river.text(100));
    let page = write(&recording, &overview)?;
    println!("The same for a browser: {}\n", page.display());
    let parts: u64 = river.parts().iter().map(Part::nanos).sum();
    let waits_for_others =
        |part: &Part| part.spent() == Spent::Others && part.label().contains("request=");
    Ok(vec![
        ("each of four more pays", answers.len() == 4),
        ("all four are in the list", overview.requests().len() == 4),
        (
            "the parts of the time are all of it",
            parts == river.duration(),
        ),
        (
            "the slowest waits for the query of another request",
            river.parts().iter().any(waits_for_others),
        ),
        ("its context is lost once", river.losses() == 1),
    ])
}

/// Writes the list and all rivers beside this program.
fn write(recording: &Recording, overview: &Overview) -> Result<PathBuf> {
    let directory = std::env::current_exe()?.with_extension("rivers");
    std::fs::create_dir_all(&directory)?;
    for river in overview.rivers(recording) {
        let file = directory.join(format!("river-{}.html", river.id()));
        std::fs::write(file, river.html())?;
    }
    let page = directory.join("index.html");
    std::fs::write(&page, overview.html())?;
    Ok(page)
}

type Customers = Vec<JoinHandle<Result<String>>>;

async fn come_in(shop: &Arc<Shop>, numbers: Range<u64>) -> Result<Customers> {
    let address = http::listen(Arc::clone(shop)).await?;
    let come_in = |number| tokio::spawn(Customer::new(number).check_out(address));
    Ok(numbers.map(come_in).collect())
}

async fn answers(customers: Customers) -> Result<Vec<String>> {
    let mut answers = Vec::new();
    for customer in customers {
        answers.push(customer.await??);
    }
    Ok(answers)
}

fn check_end(answers: &[String], lost: &[Loss]) -> Checks {
    let loss = lost.first();
    let is_in = |place: Option<&Location<'_>>, file| {
        place.is_some_and(|place| place.file().ends_with(file))
    };
    let pays = |answer: &String| answer.ends_with("\r\n\r\n1200");
    vec![
        (
            "each customer pays 1200",
            answers.len() == 4 && answers.iter().all(pays),
        ),
        ("one place loses a context", lost.len() == 1),
        (
            "of the request",
            loss.is_some_and(|loss| loss.storage() == "request"),
        ),
        (
            "in the mailer",
            loss.is_some_and(|loss| loss.read_in().function == "mailer"),
        ),
        (
            "known by who woke it",
            loss.and_then(Loss::link) == Some(Link::Woke),
        ),
        (
            "where it was read",
            is_in(loss.map(Loss::read_at), "shop.rs"),
        ),
        (
            "where it was set",
            is_in(loss.and_then(Loss::set_at), "http.rs"),
        ),
        (
            "what to write",
            loss.is_some_and(|loss| loss.fix().contains("WithContext")),
        ),
    ]
}

/// The shop stays open, and customers keep coming.
async fn serve() -> Result {
    let shop = Arc::new(Shop::new(Pace::Slow));
    let address = http::listen(shop).await?;
    ah_inspect::serve()?;
    println!(
        "open at http://{address}/checkout; look into it with `ah pstree {}`",
        std::process::id()
    );
    std::io::stdout().flush()?;
    for number in 0.. {
        tokio::spawn(Customer::new(number).check_out(address));
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    }
    Ok(())
}
