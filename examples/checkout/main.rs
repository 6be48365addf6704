//! A shop's checkout, looked into: what is alive at a busy moment and why, and where the context of a request is lost.
//!
//! Four customers check out at once, over sockets. The shop has one connection to its database, a service of prices, and a
//! worker that sends mails: that one forgets for whom it works, and the inspector finds where.
//!
//! `cargo run --release --example checkout` prints this and checks it. With `-- --serve` the shop stays open and customers
//! keep coming: look into it from another terminal, `ah pstree PID`.

extern crate ah_tokio as tokio;

mod customers;
mod http;
mod shop;

use std::{error::Error, io::Write as _, panic::Location, sync::Arc};

use ah_inspect::{Link, Loss, Recorder, Settings, State};
use customers::Customer;
use shop::{Pace, Shop};

type Result<T = (), E = Box<dyn Error + Send + Sync>> = std::result::Result<T, E>;

#[tokio::main]
async fn main() -> Result {
    let _recorder = Recorder::start(&Settings::default())?;
    if std::env::args().any(|word| word == "--serve") {
        return serve().await;
    }
    let shop = Arc::new(Shop::new(Pace::Held));
    let address = http::listen(Arc::clone(&shop)).await?;
    let customers: Vec<_> = (0..4)
        .map(|number| tokio::spawn(Customer::new(number).check_out(address)))
        .collect();

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
    let checks = [
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
    let mut answers = Vec::new();
    for customer in customers {
        answers.push(customer.await??);
    }
    shop.close().await;
    let lost = ah_inspect::lost();
    for loss in &lost {
        println!("{loss}\n  fix: {}\n", loss.fix());
    }
    let is_right = |(_, is_right): &&(&str, bool)| *is_right;
    let checks = [&checks[..], &check_end(&answers, &lost)].concat();
    let wrong: Vec<_> = checks.iter().filter(|check| !is_right(check)).collect();
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

fn check_end(answers: &[String], lost: &[Loss]) -> Vec<(&'static str, bool)> {
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
