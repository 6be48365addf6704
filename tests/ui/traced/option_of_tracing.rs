use ah::traced;

#[traced(level = "info")]
async fn handle() {}

fn main() {}
