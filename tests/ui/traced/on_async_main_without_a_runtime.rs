use ah::traced;

#[traced]
async fn main() {}
