use ah::traced;

#[traced(name = 5)]
async fn handle() {}

fn main() {}
