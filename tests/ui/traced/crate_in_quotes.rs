use ah::traced;

#[traced(crate = "ah")]
async fn handle() {}

fn main() {}
