use async_hooks::traced;
use futures::stream::{self, Stream};

#[traced(err)]
fn rows() -> impl Stream<Item = Result<u8, String>> {
    stream::iter([Ok(1)])
}

fn main() {
    drop(rows());
}
