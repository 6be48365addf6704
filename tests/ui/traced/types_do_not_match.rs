use std::error::Error;

use async_hooks::traced;

#[traced]
async fn tail(a: u8) -> String {
    a
}

#[traced]
async fn unit(a: u8) {
    a
}

#[traced]
async fn no_tail(a: u8) -> u8 {
    let _ = a;
}

#[traced]
async fn returned(a: u8) -> Result<u8, Box<dyn Error>> {
    if a > 1 {
        return a;
    }
    Ok(a)
}

#[traced]
async fn question_mark(s: &str) -> Option<u8> {
    let n: u8 = s.parse()?;
    Some(n)
}

#[traced]
async fn no_question_mark(s: &str) -> u8 {
    s.parse()?
}

#[traced]
async fn unknown(a: Missing) -> u8 {
    a
}

#[traced]
async fn opaque(a: u8) -> impl Iterator<Item = u8> {
    a
}

#[traced]
fn sync(a: u8) -> String {
    if a > 1 {
        return a;
    }
    a
}

fn main() {
    drop(tail("x"));
}
