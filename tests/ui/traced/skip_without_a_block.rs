use ah::traced;

#[traced(skip)]
async fn handle() {}

fn main() {}
