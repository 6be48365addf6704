use async_hooks::traced;

pub enum Refused {
    Limit,
}

#[traced(err)]
pub async fn charge() -> Result<(), Refused> {
    Err(Refused::Limit)
}

fn main() {}
