use ah::traced;

#[traced("HANDLE")]
async fn handle() {}

fn main() {}
