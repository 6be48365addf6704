fn on_row(_: u32) {}

fn main() {
    let on_row = async_hooks::bind!(on_row);
    on_row(1);
}
