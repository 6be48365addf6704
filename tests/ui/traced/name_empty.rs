use ah::traced;

#[traced(name = "")]
async fn handle() {}

fn main() {}
