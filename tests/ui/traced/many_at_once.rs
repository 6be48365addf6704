use async_hooks::traced;

#[traced(name = "", box, err, 7, fields(id, id))]
pub const fn handle(id: u64) -> u64 {
    id
}

fn main() {
    handle(1);
}
