#[async_hooks::test(tokyo)]
async fn finds_a_row() {}

fn main() {}
