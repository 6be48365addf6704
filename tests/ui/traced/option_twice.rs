use async_hooks::traced;

#[traced(name = "HANDLE", err, name = "HANDLER")]
async fn handle() -> Result<(), String> {
    Ok(())
}

fn main() {}
