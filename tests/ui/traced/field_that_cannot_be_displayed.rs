use async_hooks::traced;

#[derive(Debug)]
pub struct Card(u64);

#[traced(fields(%card))]
pub async fn charge(card: Card) -> u64 {
    card.0
}

fn main() {}
