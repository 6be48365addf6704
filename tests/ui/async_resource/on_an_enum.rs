use async_hooks::async_resource;

#[async_resource("STATE")]
pub enum State {
    Open,
    Closed,
}

fn main() {}
