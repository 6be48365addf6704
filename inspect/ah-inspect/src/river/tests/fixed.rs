//! The recordings of which pictures are reviewed: `tests/recordings/`, for the browser in `.ci/pictures`.

use std::path::PathBuf;

use super::{
    check,
    script::{HOSTILE, Script, request},
};
use crate::{
    overview::Overview,
    recording::{Recording, SourcePlace},
    river::River,
};

/// A shop with one connection to its database: three requests, each of which waits for the query of the one before, and a
/// mailer that loses their context.
fn shop() -> Recording {
    let mut shop = Script::new(36_000, 3);
    shop.task(2, 1, 0, "mailer");
    shop.poll(2, 10, 40, 1);
    let mut free = 600; // when the connection is
    for (number, id) in [10, 20, 30].into_iter().enumerate() {
        free = check_out(&mut shop, id, number as u64, free);
    }
    shop.recording.events = 96;
    shop.recording
}

fn check_out(shop: &mut Script, id: u64, number: u64, free: u64) -> u64 {
    let start = 200 + 150 * number;
    let worker = 1 + number as u32 % 3;
    let stores = request(
        7001 + number,
        ["acme", "globex", "initech"][number as usize],
    );
    shop.task(id, 1, start - 60, "connection");
    shop.within(id + 1, id, start + 20, "checkout").stores = stores.clone();
    for price in 2..5 {
        shop.task(id + price, id + 1, start + 40 * price, "fetch_price")
            .stores = stores.clone();
        let (ready, worker) = (
            start + 40 * price + 300 * (price - 1),
            1 + (price as u32 + worker) % 3,
        );
        shop.poll(id + price, ready, ready + 180, worker);
        shop.wake(id + price, ready + 2_600 * price - 1_000 * number, 0);
        let again = ready + 2_600 * price - 1_000 * number + 250;
        shop.poll(id + price, again, again + 300, worker);
        shop.end(id + price);
    }
    let query = shop.within(id + 5, id + 1, start + 300, "DBQuery");
    query.is_promise = false;
    query.stores = stores;
    let both = |shop: &mut Script, from: u64, to: u64| {
        shop.poll(id, from, to, worker);
        shop.poll(id + 1, from.max(start + 20), to, worker);
    };
    both(shop, start, start + 400);
    let mut begin = start + 250;
    if number > 0 {
        shop.wake(id, free, id - 10);
        begin = free + 350;
        both(shop, begin, begin + 200);
    }
    let answered = begin + 8_000;
    shop.poll(id + 5, begin, begin + 150, worker);
    shop.wake(id, answered, 0);
    shop.poll(id + 5, answered + 200, answered + 260, worker);
    both(shop, answered + 200, answered + 2_400);
    shop.within(id + 6, id + 1, answered + 400, "receipt");
    shop.poll(id + 6, answered + 400, answered + 2_000, worker);
    shop.end(id + 6);
    let mail = answered + 2_300;
    shop.wake(2, mail, id + 1);
    shop.poll(2, mail + 200, mail + 500, 3);
    shop.lose(2, mail + 300);
    shop.wake(2, mail + 2_900, 0);
    shop.poll(2, mail + 3_000, mail + 3_150, 3);
    shop.wake(id, mail + 3_100, 2);
    both(shop, mail + 3_350, mail + 3_600);
    let last = shop.get(id + 1).polls.last().map(|poll| poll.to);
    for id in [id, id + 1, id + 5] {
        shop.get(id).finished = last;
        shop.get(id).destroyed = last;
    }
    answered + 300
}

/// A request that spawns 300 tasks of one kind, and 198 of as many kinds.
fn many() -> Recording {
    let mut many = Script::new(60_000, 4);
    many.task(2, 1, 100, "crawl").stores = request(7, "acme");
    many.poll(2, 200, 6_000, 1);
    for at in 0..498 {
        let id = 3 + at;
        let kind = format!("parse_{at}");
        let function = if at < 300 { "fetch_page" } else { &kind };
        let created = 210 + 10 * at;
        let stores = request(7, "acme");
        let task = many.task(id, 2, created, function);
        task.stores = stores;
        for round in 0..4 {
            let from = created + 300 + 11_000 * round + (37 * at) % 6_000;
            many.wake(id, from - 90 - (at * 7) % 160, 0);
            many.poll(id, from, from + 100 + (13 * at) % 700, 1 + (at as u32) % 4);
        }
        many.end(id);
    }
    let last = many.get(500).finished.unwrap_or(0) / 1000;
    many.wake(2, last, 500);
    many.poll(2, last + 100, last + 900, 2);
    many.end(2);
    many.recording
}

/// What is left after most events were overwritten.
fn torn() -> Recording {
    let mut torn = shop();
    torn.begin = 9_000_000;
    torn.overwritten = 4_711;
    for task in &mut torn.tasks {
        task.polls.retain(|poll| poll.to > 9_000_000);
        task.wakes.retain(|wake| wake.at > 9_000_000);
        if task.created < torn.begin {
            (task.is_torn, task.created_on) = (true, None);
        }
    }
    torn.tasks
        .retain(|task| task.destroyed.is_none_or(|at| at > 9_000_000) && task.id % 10 != 3);
    torn
}

/// Names and values from somebody who means harm.
fn hostile() -> Recording {
    let mut hostile = shop();
    for task in &mut hostile.tasks {
        task.type_name = format!("'\"{HOSTILE}\u{202e}").into();
        task.future = HOSTILE.into();
        task.place = Some(SourcePlace {
            file: format!("</title>{HOSTILE}").into(),
            line: 1,
            column: 1,
        });
        let mut stores = task.stores.to_vec();
        for store in &mut stores {
            store.name = format!("{}{HOSTILE}\u{1b}[31m", store.name).into();
            store.text = store
                .text
                .as_ref()
                .map(|text| format!("{text}{HOSTILE}語").into());
        }
        task.stores = stores.into();
    }
    for loss in &mut hostile.losses {
        loss.name = HOSTILE.into();
        loss.fix = format!("`{HOSTILE}` {HOSTILE}").into();
    }
    hostile
}

fn all() -> [(&'static str, Recording, u64); 4] {
    [
        ("shop", shop(), 31),
        ("many", many(), 2),
        ("torn", torn(), 31),
        ("hostile", hostile(), 31),
    ]
}

fn file(name: &str) -> PathBuf {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recordings");
    PathBuf::from(directory).join(name).with_extension("rec")
}

#[test]
fn the_files_are_these_recordings() {
    for (name, recording, _) in all() {
        let bytes = recording.to_bytes();
        if std::env::var_os("AH_UPDATE").is_some() {
            std::fs::write(file(name), &bytes).expect("it is written");
        }
        let known = std::fs::read(file(name)).expect("the file is there: `AH_UPDATE=1` writes it");
        assert!(known == bytes, "{name} differs: `AH_UPDATE=1` writes it");
    }
}

#[test]
fn each_holds_what_all_hold() {
    for (_, recording, id) in all() {
        check(&River::of(&recording, id).expect("it is recorded"));
        super::check_html(&Overview::of(&recording).html());
    }
}

#[test]
fn the_shop_is_told_in_words() {
    let river = River::of(&shop(), 31_u64).unwrap();
    assert_eq!(
        river.headline(),
        "31.1 ms: 53 % waiting for 2 other requests, 25 % in DBQuery: timer or I/O, 10 % working, 10 % waiting for mailer(2), \
         2 % other; its context was lost once."
    );
}

#[test]
fn what_is_hidden_is_shown_nowhere() {
    let river = River::of(&shop(), 31_u64).unwrap();
    assert!(river.html().contains("token=●●●") && river.text(80).contains("token=●●●"));
}

#[test]
fn five_hundred_lanes_are_a_small_file_and_alike_ones_are_one_lane() {
    let river = River::of(&many(), 2_u64).unwrap();
    let html = river.html();
    assert!(
        html.contains("299 × fetch_page") || html.contains("300 × fetch_page"),
        "{}",
        river.text(100)
    );
    assert!(
        html.matches("role=listitem").count() >= 190,
        "lanes that differ are lanes"
    );
}

/// The longest names, each of which is escaped, and as many segments as there are.
#[test]
fn a_crowd_of_hostile_names_is_a_small_file_too() {
    let mut crowd = Script::new(1_000_000, 4);
    crowd.task(2, 1, 0, "crawl");
    for id in 3..900 {
        crowd.task(id, 2, id, "x").type_name = format!("{id}{}", "'<\"".repeat(20)).into();
        let task = crowd.get(id);
        task.place = Some(SourcePlace {
            file: "'<".repeat(60).into(),
            line: id as u32,
            column: 1,
        });
        task.future = format!("f{id}{}", "<'\"".repeat(20)).into();
        for poll in 0..40 {
            crowd.wake(id, id + 1_000 + poll * 24_000, 0);
            crowd.poll(
                id,
                id + 2_500 + poll * 24_000,
                id + 4_500 + poll * 24_000,
                1,
            );
            crowd.wake(2, id + 4_400 + poll * 24_000, id);
        }
    }
    for poll in 0..4_000 {
        crowd.poll(2, 250 * poll, 250 * poll + 90, 1);
    }
    check(&River::of(&crowd.recording, 2_u64).unwrap());
}
