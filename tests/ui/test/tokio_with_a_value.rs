#[async_hooks::test(tokio = "multi_thread")]
async fn finds_a_row() {}

fn main() {}
