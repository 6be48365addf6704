use async_hooks::traced;

#[traced(err = Debug)]
async fn charge() -> Result<(), String> {
    Ok(())
}

fn main() {}
