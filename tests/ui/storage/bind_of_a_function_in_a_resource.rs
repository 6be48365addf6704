fn on_row(_: u32) {}

fn main() {
    let query = async_hooks::AsyncResource::new("DBQuery");
    let on_row = async_hooks::bind!(query, on_row);
    on_row(1);
}
