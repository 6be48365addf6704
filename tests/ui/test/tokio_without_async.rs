#[ah::test(tokio)]
fn finds_a_row() {}

fn main() {}
