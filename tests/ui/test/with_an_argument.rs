#[async_hooks::test]
fn finds_a_row(sql: &str) {
    let _ = sql;
}

fn main() {}
