use async_hooks::async_resource;

#[async_resource("POINT")]
#[derive(Clone, Copy, Debug)]
pub struct Point {
    pub x: u8,
}

#[async_resource("POINT")]
#[derive(Clone)]
pub struct Manual {
    pub x: u8,
}

impl Copy for Manual {}

fn main() {}
