use ah::async_resource;

pub enum State {
    Open,
    Closed,
}

#[async_resource("CONNECTION")]
pub struct Connection {
    pub state: State,
}

fn main() {}
