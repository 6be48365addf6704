use ah::traced;

#[traced(crate = hooks::ah)]
async fn handle() {}

fn main() {}
