#[ah::test]
struct Query;

fn main() {}
