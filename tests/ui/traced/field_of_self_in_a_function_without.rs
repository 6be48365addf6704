use async_hooks::traced;

#[traced(fields(self.id))]
async fn handle(id: u64) -> u64 {
    id
}

fn main() {}
