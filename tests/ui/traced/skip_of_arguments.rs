use async_hooks::traced;

#[traced(skip(password))]
async fn log_in(password: &str) -> usize {
    password.len()
}

#[traced(skip_all)]
async fn log_out(token: &str) -> usize {
    token.len()
}

fn main() {}
