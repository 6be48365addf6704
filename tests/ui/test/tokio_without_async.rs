#[async_hooks::test(tokio)]
fn finds_a_row() {}

fn main() {}
