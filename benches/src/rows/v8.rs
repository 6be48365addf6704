//! A message of some 30 values in V8's format, in JSON and in bincode: the same struct, through serde.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::harness::{Row, time_on};

pub(super) fn rows() -> Vec<Row> {
    vec![
        Row::new("v8_write", write).against("serde_json", |times| {
            time_on(times, &mut message(), |message| {
                serde_json::to_vec(message).expect("JSON")
            })
        }),
        Row::new("v8_write_vs_bincode", write).against("bincode", |times| {
            time_on(times, &mut message(), |message| bincode_of(message))
        }),
        Row::new("v8_read", read).against("serde_json", |times| {
            let mut bytes = serde_json::to_vec(&message()).expect("JSON");
            time_on(times, &mut bytes, |bytes| {
                serde_json::from_slice::<Message>(bytes).expect("JSON")
            })
        }),
        Row::new("v8_read_vs_bincode", read).against("bincode", |times| {
            let mut bytes = bincode_of(&message());
            time_on(times, &mut bytes, |bytes| {
                let standard = bincode::config::standard();
                bincode::serde::decode_from_slice::<Message, _>(bytes, standard).expect("bincode")
            })
        }),
    ]
}

#[derive(Serialize, Deserialize)]
struct Message {
    id: u64,
    kind: String,
    sent_at: f64,
    user: User,
    tags: Vec<String>,
    amounts: Vec<f64>,
    parent: Option<Box<Message>>,
}

#[derive(Serialize, Deserialize)]
struct User {
    id: u32,
    name: String,
    is_admin: bool,
}

fn message() -> Message {
    let answer = plain();
    Message {
        parent: Some(Box::new(plain())),
        ..answer
    }
}

fn plain() -> Message {
    Message {
        id: 4_711,
        kind: "charge".into(),
        sent_at: 1_764_000_000_123.5,
        user: User {
            id: 7,
            name: "Zoë".into(),
            is_admin: false,
        },
        tags: vec!["eu".into(), "card".into(), "retry".into()],
        amounts: vec![0.5, 12.25, 99.99, 100.0],
        parent: None,
    }
}

fn bincode_of(message: &Message) -> Vec<u8> {
    bincode::serde::encode_to_vec(message, bincode::config::standard()).expect("bincode")
}

fn write(times: u32) -> Duration {
    time_on(times, &mut message(), |message| {
        ah_v8::to_vec(message).expect("V8's format")
    })
}

fn read(times: u32) -> Duration {
    let mut bytes = ah_v8::to_vec(&message()).expect("V8's format");
    time_on(times, &mut bytes, |bytes| {
        ah_v8::from_slice::<Message>(bytes).expect("V8's format")
    })
}
