use ah::traced;

#[traced(nmae = "HANDLE")]
async fn handle() {}

fn main() {}
