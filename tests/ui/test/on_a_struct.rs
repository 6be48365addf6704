#[async_hooks::test]
struct Query;

fn main() {}
