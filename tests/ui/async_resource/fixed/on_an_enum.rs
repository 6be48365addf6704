use async_hooks::async_resource;

pub enum State {
    Open,
    Closed,
}

#[async_resource("CONNECTION")]
pub struct Connection {
    pub state: State,
}

fn main() {}
