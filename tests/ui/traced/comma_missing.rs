use async_hooks::traced;

#[traced(name = "HANDLE" err)]
async fn handle() -> Result<(), String> {
    Ok(())
}

fn main() {}
